using Plumbline.Packets.Pcapng;

namespace Plumbline.Packets.Timing;

/// <summary>
/// Takes the packets of a capture with several points in, 48 bytes each, and answers what became of each packet between them
/// (<see cref="ToReport"/>). Followed are IP packets to one receiver; broadcast, multicast and what is no IP are only counted.
/// A capture of any length: when a window of packets is full they are judged, and only the latest stay, for those that are still under way.
/// Not thread-safe.
/// </summary>
public sealed class HopTable
{
    /// <summary>More are not taken in where packets are not in the order of time, or nobody said how to judge them: 144 MiB.</summary>
    public const int MostPackets = 3_000_000;

    /// <summary>More flows are not told apart.</summary>
    public const int MostFlows = 500_000;

    /// <summary>A packet that takes longer is lost.</summary>
    private const long LongestWay = 2_000_000_000;

    /// <summary>More interfaces than this are not told apart.</summary>
    public const int MostHops = 64;

    private const int NotAsked = -2;

    private readonly Dictionary<FlowTuple, int> _flowNumbers = [];
    private readonly List<FlowTuple> _flows = [];
    private readonly FlowTuple[] _lastTuple = new FlowTuple[MostHops];
    private readonly int[] _lastFlow = new int[MostHops];
    private readonly Func<FlowTuple, bool>? _wanted;
    private HopPacket[] _packets = new HopPacket[1024];
    private LatencyAnalysis? _analysis;
    private long _judged = long.MinValue; // packets before this time have been counted
    private long _latest; // time of the latest
    private bool _isUnordered;
    private int _count;

    /// <summary>Makes an empty one.</summary>
    /// <param name="wanted">Which flows are followed; null: all.</param>
    public HopTable(Func<FlowTuple, bool>? wanted = null)
    {
        _wanted = wanted;
        Array.Fill(_lastFlow, -1);
    }

    /// <summary>
    /// How packets are to be judged, asked when a window is full, by what the file has told until then; null: all are kept for
    /// <see cref="ToReport"/>.
    /// </summary>
    public Func<LatencyOptions>? Options { get; init; }

    /// <summary>Packets of a window: 300,000 take 24 MiB with what judging them takes.</summary>
    public int Window { get; init; } = 300_000;

    /// <summary>Packets of the file.</summary>
    public long Packets { get; private set; }

    /// <summary>Packets that are no IP, or for many receivers.</summary>
    public long NotFollowed { get; private set; }

    /// <summary>Packets of flows that nobody asked for.</summary>
    public long NotWanted { get; private set; }

    /// <summary>Packets without a time stamp, or of which too little was kept.</summary>
    public long Unusable { get; private set; }

    /// <summary>Packets that were too many (<see cref="MostPackets"/>, <see cref="MostFlows"/>), or came too late in the file to be found at other hops.</summary>
    public long Beyond { get; private set; }

    /// <summary>At some hop the payload was cut off: packets are recognised by their headers alone.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Packets by interface, all that the file has.</summary>
    internal long[] PacketsOfHop { get; } = new long[MostHops];

    /// <summary>Time of the first packet by interface.</summary>
    internal long[] FirstOfHop { get; } = new long[MostHops];

    /// <summary>Time of the last.</summary>
    internal long[] LastOfHop { get; } = new long[MostHops];

    internal IReadOnlyList<FlowTuple> Flows => _flows;

    internal bool TryFind(in FlowTuple tuple, out int flow) => _flowNumbers.TryGetValue(tuple, out flow) && flow >= 0;

    /// <summary>Takes a packet in.</summary>
    public void Add(in PacketView packet)
    {
        Packets++;
        if (packet.TimestampNanoseconds is not { } time || packet.Interface >= MostHops)
        {
            Unusable++;
            return;
        }
        var hop = packet.Interface;
        if (PacketsOfHop[hop]++ == 0)
        {
            FirstOfHop[hop] = LastOfHop[hop] = time;
        }
        FirstOfHop[hop] = Math.Min(FirstOfHop[hop], time);
        LastOfHop[hop] = Math.Max(LastOfHop[hop], time);
        FrameHeaders.Read(packet.Data, packet.LinkType, out var headers);
        if (headers.IpVersion == 0 || headers.Destination.IsGroup
            || headers.LinkOffset >= 0 && (packet.Data[headers.LinkOffset] & 1) != 0)
        {
            NotFollowed++;
            return;
        }
        var flow = FlowOf(FlowTuple.Of(headers), hop);
        if (flow < 0)
        {
            NotWanted++;
            return;
        }
        if (_judged != long.MinValue && time < _judged - LongestWay || !HasRoom())
        {
            Beyond++;
            return;
        }
        var taken = new HopPacket { Time = time, Hop = (byte)hop, Flow = flow };
        if (!PacketIdentity.TryRead(packet.Data, headers, ref taken, out var isCut))
        {
            Unusable++;
            return;
        }
        IsCut |= isCut;
        if (_count == _packets.Length)
        {
            Array.Resize(ref _packets, Math.Min(_count * 2, Options is null || _count >= Window ? MostPackets : Window));
        }
        _packets[_count++] = taken;
        _isUnordered |= time < _latest - LongestWay;
        _latest = Math.Max(_latest, time);
    }

    /// <summary>What became of the packets.</summary>
    /// <param name="interfaces">Of the file, with their statistics where they have them.</param>
    /// <param name="options">What is asked.</param>
    public LatencyReport ToReport(IReadOnlyList<CapturedInterface> interfaces, LatencyOptions options)
    {
        _analysis ??= new(this);
        _analysis.Take(_packets.AsSpan(0, _count), (_judged, long.MaxValue), options);
        return _analysis.ToReport(interfaces);
    }

    /// <summary>There is place for one more; if need be, a window is judged.</summary>
    private bool HasRoom()
    {
        if (Options is null || _isUnordered && _judged == long.MinValue)
        {
            return _count < MostPackets;
        }
        if (_count < Window)
        {
            return true;
        }
        var times = new long[_count];
        for (var i = 0; i < _count; i++)
        {
            times[i] = _packets[i].Time;
        }
        Array.Sort(times);
        // as late as may be, with what may still be under way behind it, but no more than a quarter
        var end = Math.Max(Math.Max(times[_count * 3 / 4], times[^1] - LongestWay), _judged + 1);
        _analysis ??= new(this);
        _analysis.Take(_packets.AsSpan(0, _count), (_judged, end), Options());
        _judged = end;
        var from = Math.Max(times[_count / 2], end - LongestWay);
        var kept = 0;
        for (var i = 0; i < _count; i++)
        {
            if (_packets[i].Time >= from)
            {
                _packets[kept++] = _packets[i];
            }
        }
        _count = kept;
        return kept < Window;
    }

    private int FlowOf(in FlowTuple tuple, int hop)
    {
        if (_lastFlow[hop] != -1 && _lastTuple[hop] == tuple)
        {
            return _lastFlow[hop];
        }
        if (!_flowNumbers.TryGetValue(tuple, out var number))
        {
            if (_flows.Count == MostFlows)
            {
                return NotAsked;
            }
            number = _wanted?.Invoke(tuple) == false ? NotAsked : _flows.Count;
            _flowNumbers.Add(tuple, number);
            if (number >= 0)
            {
                _flows.Add(tuple);
            }
        }
        _lastTuple[hop] = tuple;
        return _lastFlow[hop] = number;
    }
}
