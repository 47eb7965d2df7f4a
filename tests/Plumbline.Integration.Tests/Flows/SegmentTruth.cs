using System.Buffers.Binary;
using Plumbline.Packets;
using Plumbline.Packets.Pcapng;

namespace Plumbline.Integration.Tests.Flows;

/// <summary>
/// What really happened to a connection's segments: at the sender's own device nothing was lost or overtaken yet, so what it sent again is known;
/// behind the wire each packet is known by its identification.
/// </summary>
internal sealed class SegmentTruth
{
    private readonly Dictionary<(ushort Identification, uint Sequence), bool> _isRepeated = [];

    public SegmentTruth(string atSender, string atReceiver, int port)
    {
        var next = 0u;
        foreach (var (key, end) in Read(atSender, port))
        {
            var isRepeated = _isRepeated.Count > 0 && unchecked((int)(key.Sequence - next)) < 0;
            Assert.True(_isRepeated.TryAdd(key, isRepeated), "an identification came twice");
            Sent++;
            SentAgain += isRepeated ? 1 : 0;
            next = isRepeated && unchecked((int)(end - next)) < 0 ? next : end;
        }
        var seen = new HashSet<(ushort, uint)>();
        next = 0;
        foreach (var (key, end) in Read(atReceiver, port))
        {
            var isLate = seen.Count > 0 && unchecked((int)(key.Sequence - next)) < 0;
            if (!seen.Add(key))
            {
                Twice++;
            }
            else if (isLate && _isRepeated[key])
            {
                ArrivedAgain++; // one that comes when nothing behind it has come yet nobody can know
            }
            else if (isLate)
            {
                Overtaken++;
            }
            next = isLate && unchecked((int)(end - next)) < 0 ? next : end;
        }
        Lost = Sent - seen.Count;
    }

    /// <summary>Segments with a number: SYN, data, FIN.</summary>
    public int Sent { get; }

    public int SentAgain { get; }

    public int Lost { get; }

    public int ArrivedAgain { get; }

    public int Overtaken { get; }

    public int Twice { get; }

    public override string ToString() =>
        $"sent {Sent}, sent again {SentAgain}, lost {Lost}, arrived again {ArrivedAgain}, overtaken {Overtaken}, twice {Twice}";

    private static IEnumerable<((ushort Identification, uint Sequence) Key, uint End)> Read(string file, int port)
    {
        var found = new List<((ushort, uint), uint)>();
        using var stream = File.OpenRead(file);
        var reader = new PcapngReader(stream, file);
        while (reader.TryRead(out var packet))
        {
            FrameHeaders.Read(packet.Data, packet.LinkType, out var headers);
            if (headers.Protocol != 6 || headers.DestinationPort != port)
            {
                continue;
            }
            var segment = packet.Data[headers.TransportOffset..];
            var sequence = BinaryPrimitives.ReadUInt32BigEndian(segment[4..]);
            var numbers = headers.TransportLength - (segment[12] >> 4) * 4 + (segment[13] & 1) + (segment[13] >> 1 & 1);
            if (numbers > 0)
            {
                found.Add(((BinaryPrimitives.ReadUInt16BigEndian(packet.Data[(headers.NetworkOffset + 4)..]), sequence), sequence + (uint)numbers));
            }
        }
        return found;
    }
}
