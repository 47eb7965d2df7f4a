namespace Plumbline.Packets.Flows;

/// <summary>Sequence numbers that were skipped.</summary>
/// <param name="Start">The first that is missing.</param>
/// <param name="End">Behind the last; as <paramref name="Start"/>: no hole.</param>
/// <param name="At">When it was seen.</param>
/// <param name="Identification">IPv4's, of the segment behind it; 0 where there is none.</param>
internal readonly record struct TcpHole(uint Start, uint End, long At, ushort Identification)
{
    public bool IsEmpty => Start == End;

    /// <summary>Both ends of a segment are in it.</summary>
    public bool Holds(uint start, uint end) =>
        unchecked((int)(start - Start)) >= 0 && unchecked((int)(End - end)) >= 0;
}
