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
    private readonly Dictionary<(ushort Identification, uint Sequence), (bool IsRepeated, int Place)> _sent = [];

    public SegmentTruth(string atSender, string atReceiver, int port)
    {
        var next = 0u;
        foreach (var (key, end) in Read(atSender, port))
        {
            var isRepeated = _sent.Count > 0 && unchecked((int)(key.Sequence - next)) < 0;
            Assert.True(_sent.TryAdd(key, (isRepeated, Sent)), "an identification came twice");
            Sent++;
            SentAgain += isRepeated ? 1 : 0;
            next = isRepeated && unchecked((int)(end - next)) < 0 ? next : end;
        }
        var seen = new HashSet<(ushort, uint)>();
        next = 0;
        var newest = -1;
        foreach (var (key, end) in Read(atReceiver, port))
        {
            var (isSentAgain, place) = _sent[key];
            var isLate = seen.Count > 0 && unchecked((int)(key.Sequence - next)) < 0;
            if (!seen.Add(key))
            {
                Twice++;
            }
            else if (isLate && isSentAgain && place < newest)
            {
                BothWays++; // the second sending itself was overtaken
            }
            else if (isLate && isSentAgain)
            {
                ArrivedAgain++; // one that comes when nothing behind it has come yet nobody can know
            }
            else if (isLate)
            {
                Overtaken++;
            }
            next = isLate && unchecked((int)(end - next)) < 0 ? next : end;
            newest = Math.Max(newest, place);
        }
        Lost = Sent - seen.Count;
    }

    /// <summary>Segments with a number: SYN, data, FIN.</summary>
    public int Sent { get; }

    public int SentAgain { get; }

    public int Lost { get; }

    public int ArrivedAgain { get; }

    public int Overtaken { get; }

    /// <summary>Sent again and overtaken on that way: either word is true of it.</summary>
    public int BothWays { get; }

    public int Twice { get; }

    public override string ToString() =>
        $"sent {Sent}, sent again {SentAgain}, lost {Lost}, arrived again {ArrivedAgain}, overtaken {Overtaken}, both {BothWays}, twice {Twice}";

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
