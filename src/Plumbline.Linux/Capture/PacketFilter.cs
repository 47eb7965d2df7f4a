using System.Runtime.InteropServices;
using Plumbline.Linux.Native;

namespace Plumbline.Linux.Capture;

/// <summary>Filters in tcpdump's syntax (pcap-filter(7)), compiled by libpcap.</summary>
public static unsafe partial class PacketFilter
{
    /// <summary>
    /// Checks <paramref name="expression"/> without a device; returns libpcap's complaint, or null where it is good.
    /// </summary>
    /// <exception cref="LinuxException">libpcap is not installed.</exception>
    public static string? FindError(string expression)
    {
        var pcap = Libpcap.Load();
        var handle = pcap.pcap_open_dead(Libpcap.DLT_EN10MB, PacketCapture.MaxSnapLength);
        try
        {
            return TryCompile(pcap, handle, expression, netmask: 0, out _, out var complaint) ? null : complaint;
        }
        finally
        {
            pcap.pcap_close(handle);
        }
    }

    /// <summary>
    /// Compiles for <paramref name="device"/> of the calling thread's namespace. The handle is a live one because only
    /// then libpcap reads VLAN tags where the kernel keeps them (beside the packet), as it does for tcpdump; with an
    /// empty filter, or one compiled "dead", <c>vlan 5 and icmp</c> would never match.
    /// </summary>
    /// <exception cref="LinuxException">libpcap is not installed, refuses the device, or the expression is
    /// bad.</exception>
    internal static Libc.sock_filter[] Compile(string device, string expression, int snapLength)
    {
        var pcap = Libpcap.Load();
        var name = Marshal.StringToCoTaskMemUTF8(device);
        var errors = stackalloc byte[Libpcap.PCAP_ERRBUF_SIZE];
        errors[0] = 0;
        nint handle = 0;
        try
        {
            handle = pcap.pcap_create((byte*)name, errors);
            if (handle == 0)
            {
                throw Problems.CannotCompile(device, Text(errors));
            }
            // its snap length becomes the filter's "keep this many bytes"; its ring is never read, so it may be tiny
            _ = pcap.pcap_set_snaplen(handle, snapLength);
            _ = pcap.pcap_set_buffer_size(handle, 1 << 16);
            if (pcap.pcap_activate(handle) < 0)
            {
                throw Problems.CannotCompile(device, Text(pcap.pcap_geterr(handle)));
            }
            uint network, netmask;
            if (pcap.pcap_lookupnet((byte*)name, &network, &netmask, errors) < 0)
            {
                netmask = 0; // as tcpdump: "ip broadcast" then means 0.0.0.0 and 255.255.255.255
            }
            return TryCompile(pcap, handle, expression, netmask, out var program, out var complaint)
                ? program
                : throw Problems.BadFilter(expression, complaint);
        }
        finally
        {
            if (handle != 0)
            {
                pcap.pcap_close(handle);
            }
            Marshal.FreeCoTaskMem(name);
        }
    }

    /// <summary>Compiles for packets of a file.</summary>
    /// <exception cref="LinuxException">libpcap is not installed, or the expression is bad.</exception>
    internal static Libc.sock_filter[] CompileOffline(string expression, int dataLinkType)
    {
        var pcap = Libpcap.Load();
        var handle = pcap.pcap_open_dead(dataLinkType, PacketCapture.MaxSnapLength);
        try
        {
            return TryCompile(pcap, handle, expression, netmask: 0, out var program, out var complaint)
                ? program
                : throw Problems.BadFilter(expression, complaint);
        }
        finally
        {
            pcap.pcap_close(handle);
        }
    }

    private static bool TryCompile(
        Libpcap pcap,
        nint handle,
        string expression,
        uint netmask,
        out Libc.sock_filter[] program,
        out string complaint)
    {
        program = [];
        complaint = "";
        if (expression.Contains('\0', StringComparison.Ordinal))
        {
            complaint = "syntax error: NUL character";
            return false;
        }
        var text = Marshal.StringToCoTaskMemUTF8(expression);
        Libpcap.bpf_program compiled;
        try
        {
            lock (Libpcap.CompileLock)
            {
                if (pcap.pcap_compile(handle, &compiled, (byte*)text, 1, netmask) != 0)
                {
                    complaint = Text(pcap.pcap_geterr(handle));
                    return false;
                }
            }
            program = new ReadOnlySpan<Libc.sock_filter>(compiled.bf_insns, (int)compiled.bf_len).ToArray();
            pcap.pcap_freecode(&compiled);
            return true;
        }
        finally
        {
            Marshal.FreeCoTaskMem(text);
        }
    }

    private static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";
}
