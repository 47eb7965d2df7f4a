using Plumbline.Linux.Native;

namespace Plumbline.Linux.Capture;

/// <summary>A filter in tcpdump's syntax for packets of a file: libpcap compiles it for each link type, and runs it.</summary>
public sealed unsafe class OfflineFilter
{
    private const int LinkTypeRaw = 101;
    private const int DLT_RAW = 12;
    private readonly string _expression;
    private readonly Libpcap _pcap = Libpcap.Load();
    private Libc.sock_filter[] _program;
    private int _linkType = Libpcap.DLT_EN10MB;

    /// <summary>Compiles for Ethernet.</summary>
    /// <exception cref="LinuxException">libpcap is not installed, or the expression is bad.</exception>
    public OfflineFilter(string expression)
    {
        _expression = expression;
        _program = PacketFilter.CompileOffline(expression, _linkType);
    }

    /// <summary>Does it let the packet pass? As in tcpdump, what lies behind a VLAN tag or in a tunnel is not seen unless asked for.</summary>
    /// <exception cref="LinuxException">The expression makes no sense for this link type.</exception>
    public bool Matches(ReadOnlySpan<byte> data, int originalLength, int linkType)
    {
        if (linkType != _linkType)
        {
            _program = PacketFilter.CompileOffline(_expression, linkType == LinkTypeRaw ? DLT_RAW : linkType);
            _linkType = linkType;
        }
        fixed (Libc.sock_filter* program = _program)
        {
            fixed (byte* bytes = data)
            {
                byte nothing;
                return _pcap.bpf_filter(program, bytes == null ? &nothing : bytes, (uint)originalLength, (uint)data.Length) != 0;
            }
        }
    }
}
