using Plumbline.Packets.Pcapng;

namespace Plumbline.Packets.Timing;

/// <summary>
/// Takes the packets of a capture with several points in, 48 bytes each, and answers what became of each packet between them
/// (<see cref="ToReport"/>). Followed are IP packets to one receiver; broadcast, multicast and what is no IP are only counted.
/// Not thread-safe.
/// </summary>
public sealed class HopTable
{
    /// <summary>More are not taken in: 144 MiB.</summary>
    public const int MostPackets = 3_000_000;

    /// <summary>More interfaces than this are not told apart.</summary>
    public const int MostHops = 64;

    private const int NotAsked = -2;

    private readonly Dictionary<FlowTuple, int> _flowNumbers = [];
    private readonly List<FlowTuple> _flows = [];
    private readonly FlowTuple[] _lastTuple = new FlowTuple[MostHops];
    private readonly int[] _lastFlow = new int[MostHops];
    private readonly Func<FlowTuple, bool>? _wanted;
    private HopPacket[] _packets = new HopPacket[1024];
    private int _count;

    /// <summary>Makes an empty one.</summary>
    /// <param name="wanted">Which flows are followed; null: all.</param>
    public HopTable(Func<FlowTuple, bool>? wanted = null)
    {
        _wanted = wanted;
        Array.Fill(_lastFlow, -1);
    }

    /// <summary>Packets of the file.</summary>
    public long Packets { get; private set; }

    /// <summary>Packets that are no IP, or for many receivers.</summary>
    public long NotFollowed { get; private set; }

    /// <summary>Packets of flows that nobody asked for.</summary>
    public long NotWanted { get; private set; }

    /// <summary>Packets without a time stamp, or of which too little was kept.</summary>
    public long Unusable { get; private set; }

    /// <summary>Packets behind the first <see cref="MostPackets"/>.</summary>
    public long Beyond { get; private set; }

    /// <summary>At some hop the payload was cut off: packets are recognised by their headers alone.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Packets by interface, all that the file has.</summary>
    internal long[] PacketsOfHop { get; } = new long[MostHops];

    /// <summary>Time of the first packet by interface.</summary>
    internal long[] FirstOfHop { get; } = new long[MostHops];

    /// <summary>Time of the last.</summary>
    internal long[] LastOfHop { get; } = new long[MostHops];

    internal ReadOnlySpan<HopPacket> Taken => _packets.AsSpan(0, _count);

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
        if (_count == MostPackets)
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
            Array.Resize(ref _packets, Math.Min(_count * 2, MostPackets));
        }
        _packets[_count++] = taken;
    }

    /// <summary>What became of the packets.</summary>
    /// <param name="interfaces">Of the file, with their statistics where they have them.</param>
    /// <param name="options">What is asked.</param>
    public LatencyReport ToReport(IReadOnlyList<CapturedInterface> interfaces, LatencyOptions options) =>
        new LatencyAnalysis(this, interfaces, options).Run();

    private int FlowOf(in FlowTuple tuple, int hop)
    {
        if (_lastFlow[hop] != -1 && _lastTuple[hop] == tuple)
        {
            return _lastFlow[hop];
        }
        if (!_flowNumbers.TryGetValue(tuple, out var number))
        {
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
