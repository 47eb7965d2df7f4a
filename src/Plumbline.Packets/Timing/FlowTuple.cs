namespace Plumbline.Packets.Timing;

/// <summary>One direction of a conversation as one side of a NAT sees it.</summary>
/// <param name="Source">Sender.</param>
/// <param name="Destination">Receiver.</param>
/// <param name="SourcePort">TCP's, UDP's, SCTP's or an echo's identifier; 0 for others and for later fragments.</param>
/// <param name="DestinationPort">As <paramref name="SourcePort"/>.</param>
/// <param name="Protocol">IP protocol number.</param>
/// <param name="IsFragment">Pieces behind a packet's first, which carry no ports.</param>
public readonly record struct FlowTuple(
    InternetAddress Source, InternetAddress Destination, int SourcePort, int DestinationPort, byte Protocol, bool IsFragment)
{
    /// <summary>The other direction.</summary>
    public FlowTuple Reversed => new(Destination, Source, DestinationPort, SourcePort, Protocol, IsFragment);

    internal static FlowTuple Of(in FrameHeaders headers) => new(
        headers.Source, headers.Destination, headers.SourcePort, headers.DestinationPort, headers.Protocol, headers.FragmentOffset > 0);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = Hash64.Mix(Source.Low ^ Source.High, Destination.Low + Destination.High * 31);
        return (int)Hash64.Mix(hash, (ulong)(uint)SourcePort << 32 | (ulong)(uint)DestinationPort << 9 | Protocol | (IsFragment ? 256UL : 0));
    }
}
