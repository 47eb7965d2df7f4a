using Plumbline.Primitives;

namespace Plumbline.Operations.Capturing;

/// <summary>What a user reads when a capture cannot start or ends before its time.</summary>
internal static class CaptureRunProblems
{
    public static OperationsException CannotOpen(string path, Exception exception) => new(
        new($"cannot write {path}: {Words(exception)}", $"-w {path}", "choose a folder that you may write to, or -w - for a pipe"),
        inner: exception);

    public static OperationsException BadFilter(string filter, string complaint, string option) => new(new(
        $"the filter is not understood: {complaint}", $"{option} \"{filter}\"",
        option == "--when" ? "tcp-rst, icmp-unreachable, or a filter in tcpdump's syntax (pcap-filter(7)), e.g. --when 'icmp and host 172.16.0.1'"
            : "use tcpdump's syntax (pcap-filter(7)), e.g. --filter 'icmp and host 172.16.0.1'"));

    public static Problem OutputFull(string name, Exception exception) => new(
        $"no more room for packets: {Words(exception)}; what was written up to here can be read", name,
        "free room, choose another disk, or keep less: --snaplen 128, --filter, --count");

    public static Problem OutputFailed(string name, Exception exception) => new(
        $"cannot write packets: {Words(exception)}", name, "choose another place");

    public static Problem DeviceGone(string point, Problem kernel) => new(
        $"the capture at {point} ended: {kernel.What}", kernel.Where,
        "the device was removed or set down; plumb topology shows what is there now");

    public static Problem PortsGone(string bridge, string ports) => new(
        $"the mirrored port was deleted (or made anew: a mirror does not follow): {ports}", $"bridge {bridge}",
        "start again when it is back");

    public static Problem MirrorGone(string bridge) => new(
        "our mirror was deleted while it ran, with its bridge or by somebody", $"bridge {bridge}",
        "look who did: ovsdb-tool show-log -m; then start again");

    public static Problem OutputPortGone(string bridge, string port) => new(
        $"the mirror's output port {port} was taken away while it ran", $"bridge {bridge}",
        "look who did (neutron-ovs-cleanup?): ovsdb-tool show-log -m; then start again");

    /// <summary>.NET says "… : '/path'" behind the reason; the path is told elsewhere.</summary>
    private static string Words(Exception exception)
    {
        var text = exception.Message;
        var path = text.LastIndexOf(" : '", StringComparison.Ordinal);
        return path > 0 ? text[..path].TrimEnd('.') : text.TrimEnd('.');
    }
}
