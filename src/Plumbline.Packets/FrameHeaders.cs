using Plumbline.Packets.Layers;

namespace Plumbline.Packets;

/// <summary>
/// Where a frame's headers are and what tells its conversation: one walk without objects, through VLAN tags and tunnels (VXLAN, Geneve,
/// GRE, ERSPAN, IP in IP) to the innermost packet. Offsets count from the frame's first byte. What is cut short or damaged is left unset.
/// </summary>
public struct FrameHeaders
{
    /// <summary>Type of the innermost frame's payload; 0 where there is none.</summary>
    public ushort EtherType { get; internal set; }

    /// <summary>4, 6, or 0 for what is no IP.</summary>
    public int IpVersion { get; internal set; }

    /// <summary>Protocol behind the IP header and its extensions.</summary>
    public byte Protocol { get; internal set; }

    /// <summary>Sender's IP address.</summary>
    public InternetAddress Source { get; internal set; }

    /// <summary>Receiver's IP address.</summary>
    public InternetAddress Destination { get; internal set; }

    /// <summary>TCP's, UDP's or SCTP's; the identifier of an echo; else 0.</summary>
    public int SourcePort { get; internal set; }

    /// <summary>As <see cref="SourcePort"/>.</summary>
    public int DestinationPort { get; internal set; }

    /// <summary>Innermost Ethernet header; -1 where an IP packet came without.</summary>
    public int LinkOffset { get; internal set; }

    /// <summary>Innermost ARP or IP header.</summary>
    public int NetworkOffset { get; internal set; }

    /// <summary>What is behind the IP header and its extensions; 0 where there is none.</summary>
    public int TransportOffset { get; internal set; }

    /// <summary>Bytes from there to the packet's end on the wire, of which fewer may have been kept.</summary>
    public int TransportLength { get; internal set; }

    /// <summary>Innermost IP packet's length in bytes.</summary>
    public int IpLength { get; internal set; }

    /// <summary>IPv4's DF, and always for IPv6.</summary>
    public bool DontFragment { get; internal set; }

    /// <summary>Offset in its packet; above 0 there is no transport header.</summary>
    public int FragmentOffset { get; internal set; }

    /// <summary>More pieces follow.</summary>
    public bool MoreFragments { get; internal set; }

    /// <summary>Outermost tag of the innermost frame, else of the outer one; -1 where there is none.</summary>
    public int Vlan { get; internal set; }

    /// <summary>VNI, GRE key or ERSPAN session of the innermost tunnel.</summary>
    public uint TunnelKey { get; internal set; }

    /// <summary>Tunnels passed.</summary>
    public int TunnelDepth { get; internal set; }

    /// <summary>The innermost tunnel.</summary>
    public TunnelKind Tunnel { get; internal set; }

    /// <summary>In a tunnel: the outermost IP sender.</summary>
    public InternetAddress OuterSource { get; internal set; }

    /// <summary>In a tunnel: the outermost IP receiver.</summary>
    public InternetAddress OuterDestination { get; internal set; }

    internal void EnterTunnel(TunnelKind kind, uint key)
    {
        if (TunnelDepth++ == 0)
        {
            (OuterSource, OuterDestination) = (Source, Destination);
        }
        (Tunnel, TunnelKey) = (kind, key);
    }

    internal readonly bool HasPorts => (IpProtocol)Protocol is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp;

    /// <summary>Walks a frame of a file's interface.</summary>
    /// <param name="frame">From its first byte.</param>
    /// <param name="linkType">LINKTYPE_: Ethernet, raw IP, Linux cooked (both versions), null and loop are understood.</param>
    /// <param name="headers">What was found.</param>
    public static void Read(ReadOnlySpan<byte> frame, int linkType, out FrameHeaders headers)
    {
        headers = default;
        headers.Vlan = -1;
        headers.LinkOffset = -1;
        new FrameWalk(frame).Walk(linkType, ref headers);
    }
}
