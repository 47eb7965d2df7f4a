using System.Net;
using Plumbline.Packets.Dissection;
using Plumbline.Packets.Filtering;
using Plumbline.Packets.Flows;
using Plumbline.Packets.Listing;
using Plumbline.Packets.Pcapng;

namespace Plumbline.Packets.Tests;

/// <summary>
/// Damages packets and gives them to everything that reads packets: nothing may throw or hang. In tests a bounded number; in
/// bench/fuzz-packets as many as asked.
/// </summary>
internal sealed class Mutation(IReadOnlyList<byte[]> samples, int seed)
{
    private const int LinkTypeEthernet = 1;
    private static readonly int[] _linkTypes = [1, 1, 1, 1, 1, 1, 1, 1, 0, 12, 101, 108, 113, 276];
    private static readonly Dictionary<IPAddress, string> _names = new() { [IPAddress.Parse("10.9.0.1")] = "vm|b" };

    private static readonly PacketCondition _condition = ConditionParser.Parse(
        "not (host 1.2.3.4 or net fd00::/8 or vm b or syn or mac 02:00:00:00:00:01 or vni 5 or vlan 7 or stp or dns)");

    private readonly Random _random = new(seed);
    private readonly byte[] _buffer = new byte[4096];
    private readonly PacketFields _fields = new();
    private readonly LineBuffer _line = new();
    private readonly PacketLister _lister = new(TimeZoneInfo.Utc);
    private readonly ConditionMatcher _matcher = new(_condition, _names, [new() { Number = 0, LinkType = LinkTypeEthernet }]);
    private FlowTable _flows = new();
    private int _added;

    /// <summary>Mutates and reads one packet; an exception's message says how to get it again.</summary>
    public void Next(bool withTexts)
    {
        var length = Mutate();
        var frame = _buffer.AsSpan(0, length);
        var linkType = _linkTypes[_random.Next(_linkTypes.Length)];
        try
        {
            Read(frame, linkType, withTexts);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"link type {linkType}, {Convert.ToHexString(frame)}", exception);
        }
    }

    private int Mutate()
    {
        var sample = samples[_random.Next(samples.Count)];
        var length = Math.Min(sample.Length, _buffer.Length);
        sample.AsSpan(0, length).CopyTo(_buffer);
        for (var changes = _random.Next(1, 6); changes > 0 && length > 0; changes--)
        {
            switch (_random.Next(5))
            {
                case 0: _buffer[_random.Next(length)] = (byte)_random.Next(256); break;
                case 1: _buffer[_random.Next(length)] ^= (byte)(1 << _random.Next(8)); break;
                case 2: _buffer[_random.Next(length)] = _random.Next(2) == 0 ? (byte)0 : (byte)255; break;
                case 3: length = _random.Next(length + 1); break;
                default: // a piece of it somewhere else
                    var piece = _random.Next(1, Math.Min(length, 40) + 1);
                    var (from, to) = (_random.Next(length - piece + 1), _random.Next(length - piece + 1));
                    _buffer.AsSpan(from, piece).CopyTo(_buffer.AsSpan(to, piece));
                    break;
            }
        }
        return length;
    }

    private void Read(ReadOnlySpan<byte> frame, int linkType, bool withTexts)
    {
        var packet = new PacketView
        {
            Interface = 0,
            Data = frame,
            OriginalLength = frame.Length,
            LinkType = linkType,
            TimestampNanoseconds = _random.NextInt64(long.MaxValue),
        };
        FrameHeaders.Read(frame, linkType, out var headers);
        _flows.Add(packet);
        if (++_added % 100_000 == 0)
        {
            _ = _flows.ToReport();
            _flows = new();
        }
        _ = _matcher.Matches(packet, headers);
        _fields.Read(frame, linkType);
        if (!withTexts)
        {
            return;
        }
        foreach (var field in _fields.Fields)
        {
            _ = PacketFields.TextOf(field, frame);
        }
        _line.Clear();
        _lister.AppendTime(_line, packet.TimestampNanoseconds);
        _lister.AppendSummary(_line, packet, headers);
        if (_line.Written.ContainsAnyInRange((byte)0, (byte)31))
        {
            throw new InvalidOperationException("a control character reaches the terminal");
        }
    }
}
