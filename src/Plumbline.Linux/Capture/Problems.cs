using System.Runtime.InteropServices;
using Plumbline.Linux.Capture.Native;
using Plumbline.Primitives;

namespace Plumbline.Linux.Capture;

/// <summary>What a user reads when a capture cannot start or go on.</summary>
internal static class Problems
{
    internal static LinuxException NoDevice(PacketCaptureOptions options) => new(
        new($"no device \"{Printable.Escape(options.Device)}\"", Where(options.Namespace), $"list the devices with \"{Ip(options.Namespace)} link\""),
        IfPacket.ENODEV);

    internal static LinuxException DeviceIsDown(PacketCaptureOptions options) => new(
        new($"device \"{options.Device}\" is down", Where(options.Namespace), $"\"{Ip(options.Namespace)} link set dev {options.Device} up\""),
        IfPacket.ENETDOWN);

    internal static LinuxException NotEthernet(PacketCaptureOptions options, ushort hardwareType) => new(
        new($"device \"{options.Device}\" carries no Ethernet frames (ARPHRD {hardwareType})", Where(options.Namespace),
            "capture on the device below it"),
        IfPacket.EINVAL);

    internal static LinuxException NoPermission(PacketCaptureOptions options, int errno) => new(
        new($"cannot open a packet socket: {Text(errno)}", $"device \"{options.Device}\"",
            "run with sudo, or give the program CAP_NET_RAW"),
        errno);

    internal static LinuxException Refused(PacketCaptureOptions options, string what, int errno) => new(
        new($"cannot {what}: {Text(errno)}", $"device \"{options.Device}\"", null), errno);

    internal static LinuxException NoMemory(PacketCaptureOptions options, int bytes, int errno) => new(
        new($"cannot get a packet ring of {bytes >> 10} KiB: {Text(errno)}", $"device \"{options.Device}\"",
            "ask for a smaller ring"),
        errno);

    internal static LinuxException FilterTooLong(PacketCaptureOptions options, int instructions, int errno) => new(
        new($"the kernel takes no filter of {instructions} instructions: {Text(errno)}", $"filter \"{options.Filter}\"",
            "use a shorter filter, or raise net.core.optmem_max"),
        errno);

    internal static LinuxException BadFilter(string expression, string complaint) => new(
        new($"bad filter: {Printable.Escape(complaint)}", $"filter \"{Printable.Escape(expression)}\"",
            "see pcap-filter(7); for example \"icmp and host 10.0.0.5\""),
        IfPacket.EINVAL);

    internal static LinuxException CannotCompile(string device, string complaint) => new(
        new($"libpcap cannot open the device to compile a filter for it: {Printable.Escape(complaint)}", $"device \"{device}\"", null));

    internal static LinuxException DeviceGone(PacketCaptureOptions options) => new(
        new($"device \"{options.Device}\" was removed during the capture", Where(options.Namespace),
            "what was captured until then is complete"),
        IfPacket.ENODEV);

    internal static LinuxException DeviceWentDown(PacketCaptureOptions options) => new(
        new($"device \"{options.Device}\" went down during the capture", Where(options.Namespace),
            "what was captured until then is complete; start again when it is up"),
        IfPacket.ENETDOWN);

    internal static LinuxException ReadFailed(PacketCaptureOptions options, int errno) => new(
        new($"cannot capture any longer: {Text(errno)}", $"device \"{options.Device}\"", null), errno);

    internal static LinuxException NoLibpcap() => new(
        new("libpcap is not installed; it compiles capture filters", "libpcap.so.0.8, libpcap.so.1", "apt install libpcap0.8"));

    private static string Text(int errno) => Marshal.GetPInvokeErrorMessage(errno);

    private static string? Where(NetworkNamespace? @namespace) =>
        @namespace?.Path is { } path ? $"network namespace {path}" : null;

    private static string Ip(NetworkNamespace? @namespace) => @namespace?.Path switch
    {
        null => "ip",
        var path when Path.GetDirectoryName(path) is "/run/netns" or "/var/run/netns" => $"ip -n {Path.GetFileName(path)}",
        var path => $"nsenter --net={path} ip",
    };
}
