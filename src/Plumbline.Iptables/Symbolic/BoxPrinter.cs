using Plumbline.Primitives;

namespace Plumbline.Iptables.Symbolic;

/// <summary>
/// Reads boxes off a diagram: field by field from the top, values with the same rest go together. Fields that no box shows (flags, state,
/// marks) are left out beforehand: a box says which packets pass for some value of them.
/// </summary>
internal sealed class BoxPrinter(PacketSpace space, int most)
{
    /// <summary>More ranges of one field than anybody reads.</summary>
    private const int MostRanges = 4096;

    private static readonly Field[] _shown =
    [
        Field.Protocol, Field.DestinationPort, Field.SourcePort, Field.IcmpType, Field.IcmpCode, Field.Destination, Field.Source,
        Field.SourceMac,
    ];

    private static readonly Field[] _hidden =
    [
        Field.State, Field.IsReply, Field.IsSourceNat, Field.IsDestinationNat, Field.Template, Field.HasAuthentication, Field.TcpFlags,
        Field.LaterFragment, Field.Length, Field.HopLimit, Field.TypeOfService, Field.SecurityParameterIndex, Field.Mark, Field.ConnectionMark,
        Field.PhysicalIn, Field.PhysicalOut, Field.In, Field.Out, Field.HasSourceMac, Field.DestinationMac,
    ];

    private readonly List<PacketBox> _boxes = [];
    private bool _isComplete = true;

    /// <summary>The boxes of <paramref name="set"/>.</summary>
    public static BoxList Print(PacketSpace space, int set, int most)
    {
        set = space.May(set);
        foreach (var field in _hidden)
        {
            set = space.Exists(set, field);
        }
        var printer = new BoxPrinter(space, most);
        printer.Split(set, 0, new());
        return new(printer._boxes, printer._isComplete);
    }

    private void Split(int set, int number, PacketBox box)
    {
        if (!_isComplete || set == BddStore.False)
        {
            return;
        }
        if (number == _shown.Length)
        {
            _isComplete = _boxes.Count < most;
            if (_isComplete)
            {
                _boxes.Add(box);
            }
            return;
        }
        var field = _shown[number];
        var groups = new Dictionary<int, List<(UInt128 First, UInt128 Last)>>();
        var order = new List<int>();
        Collect(set, space.First(field), 0, space.First(field), space.Width(field));
        // the widest group first: rules of thumb before exceptions
        order.Sort((a, b) => SizeOf(groups[b]).CompareTo(SizeOf(groups[a])));
        foreach (var rest in order)
        {
            Split(rest, number + 1, With(box, field, groups[rest]));
        }

        void Collect(int edge, int level, UInt128 start, int first, int width)
        {
            if (edge == BddStore.False || !_isComplete)
            {
                return;
            }
            if (space.Store.LevelOf(edge) >= first + width)
            {
                var left = first + width - level;
                Add(edge, start, start + (left >= 128 ? UInt128.MaxValue : (UInt128.One << left) - 1));
                return;
            }
            var isAsked = space.Store.LevelOf(edge) == level;
            Collect(isAsked ? space.Store.Low(edge) : edge, level + 1, start, first, width);
            Collect(isAsked ? space.Store.High(edge) : edge, level + 1, start + (UInt128.One << (first + width - 1 - level)), first, width);
        }

        void Add(int rest, UInt128 first, UInt128 last)
        {
            if (!groups.TryGetValue(rest, out var ranges))
            {
                groups[rest] = ranges = [];
                order.Add(rest);
            }
            if (ranges.Count > 0 && ranges[^1].Last + 1 == first)
            {
                ranges[^1] = (ranges[^1].First, last);
            }
            else if (ranges.Count == MostRanges)
            {
                _isComplete = false;
            }
            else
            {
                ranges.Add((first, last));
            }
        }
    }

    private static UInt128 SizeOf(List<(UInt128 First, UInt128 Last)> ranges)
    {
        UInt128 size = 0;
        foreach (var (first, last) in ranges)
        {
            size += last - first;
        }
        return size;
    }

    private PacketBox With(PacketBox box, Field field, List<(UInt128 First, UInt128 Last)> ranges)
    {
        var max = space.Width(field) == 128 ? UInt128.MaxValue : (UInt128.One << space.Width(field)) - 1;
        if (ranges is [(var least, var greatest)] && least == 0 && greatest == max)
        {
            return box;
        }
        return field switch
        {
            Field.Protocol => box with { Protocols = Numbers() },
            Field.DestinationPort => box with { DestinationPorts = Numbers() },
            Field.SourcePort => box with { SourcePorts = Numbers() },
            Field.IcmpType => box with { IcmpTypes = Numbers() },
            Field.IcmpCode => box with { IcmpCodes = Numbers() },
            Field.Destination => box with { Destinations = Addresses() },
            Field.Source => box with { Sources = Addresses() },
            _ => box with
            {
                SourceMacs = [.. ranges.ConvertAll(r => (new MacAddress((ulong)r.First), new MacAddress((ulong)r.Last)))],
            },
        };

        ValueList<NumberRange> Numbers() => [.. ranges.ConvertAll(r => new NumberRange((uint)r.First, (uint)r.Last))];

        ValueList<AddressRange> Addresses() => [.. ranges.ConvertAll(r => new AddressRange(space.Family, r.First, r.Last))];
    }
}
