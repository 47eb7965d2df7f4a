using Plumbline.Linux.Capture;
using Plumbline.Linux.Native;
using Plumbline.Primitives;

namespace Plumbline.Linux;

/// <summary>Packet capture.</summary>
internal static partial class Problems
{
    public static LinuxException NoDevice(PacketCaptureOptions options) => new(
        new($"no device \"{Printable.Escape(options.Device)}\"", Where(options.Namespace),
            $"see which there are: {Ip(options.Namespace)} link"),
        Libc.ENODEV);

    public static LinuxException DeviceIsDown(PacketCaptureOptions options) => new(
        new($"device \"{options.Device}\" is down", Where(options.Namespace),
            $"bring it up: {Ip(options.Namespace)} link set dev {options.Device} up"),
        Libc.ENETDOWN);

    public static LinuxException NotEthernet(PacketCaptureOptions options, ushort hardwareType) => new(
        new($"device \"{options.Device}\" carries no Ethernet frames (ARPHRD {hardwareType})", Where(options.Namespace),
            "capture on the device below it"),
        Libc.EINVAL);

    public static LinuxException NoPacketSocket(PacketCaptureOptions options, int errno) => Refused(
        "open a packet socket", errno, $"device \"{options.Device}\"",
        "run as root (sudo), or give the program CAP_NET_RAW");

    public static LinuxException Refused(PacketCaptureOptions options, string what, int errno) =>
        Refused(what, errno, $"device \"{options.Device}\"");

    public static LinuxException NoMemory(PacketCaptureOptions options, int bytes, int errno) => new(
        new($"cannot get a packet ring of {bytes >> 10} KiB: {Libc.TextOf(errno)}", $"device \"{options.Device}\"",
            "ask for a smaller ring"),
        errno);

    public static LinuxException FilterTooLong(PacketCaptureOptions options, int instructions, int errno) => new(
        new($"the kernel takes no filter of {instructions} instructions: {Libc.TextOf(errno)}",
            $"filter \"{Printable.Escape(options.Filter ?? "")}\"",
            "use a shorter filter, or raise net.core.optmem_max"),
        errno);

    public static LinuxException BadFilter(string expression, string complaint) => new(
        new($"bad filter: {Printable.Escape(complaint)}", $"filter \"{Printable.Escape(expression)}\"",
            "see pcap-filter(7); for example \"icmp and host 10.0.0.5\""),
        Libc.EINVAL);

    public static LinuxException CannotCompile(string device, string complaint) => new(
        new($"libpcap cannot open the device to compile a filter for it: {Printable.Escape(complaint)}",
            $"device \"{device}\"", null));

    public static LinuxException DeviceGone(PacketCaptureOptions options) => new(
        new($"device \"{options.Device}\" was removed during the capture", Where(options.Namespace),
            "what was captured until then is complete"),
        Libc.ENODEV);

    public static LinuxException DeviceWentDown(PacketCaptureOptions options) => new(
        new($"device \"{options.Device}\" went down during the capture", Where(options.Namespace),
            "what was captured until then is complete; start again when it is up"),
        Libc.ENETDOWN);

    public static LinuxException ReadFailed(PacketCaptureOptions options, int errno) => new(
        new($"cannot capture any longer: {Libc.TextOf(errno)}", $"device \"{options.Device}\"", null), errno);

    public static LinuxException NoLibpcap() => new(
        new("libpcap is not installed; it compiles capture filters", "libpcap.so.0.8, libpcap.so.1",
            "apt install libpcap0.8"));

    private static string? Where(NetworkNamespace? @namespace) =>
        @namespace?.Path is { } path ? $"network namespace {path}" : null;

    private static string Ip(NetworkNamespace? @namespace) => @namespace?.Path switch
    {
        null => "ip",
        var path when Path.GetDirectoryName(path) is "/run/netns" or "/var/run/netns" =>
            $"ip -n {Path.GetFileName(path)}",
        var path => $"nsenter --net={path} ip",
    };
}
