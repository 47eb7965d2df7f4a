using System.Net;
using Plumbline.OpenFlow.Simulation;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>What one question gathers on its way.</summary>
internal sealed class TraceSession
{
    public TraceConntrack Conntrack { get; } = new();

    /// <summary>What the packets of this question taught the switches of each node.</summary>
    private readonly Dictionary<TraceNode, SwitchMemory> _memories = [];

    /// <summary>And the Linux bridges: the port at which an address was seen.</summary>
    public Dictionary<(TraceSpace Space, int Bridge, int Vlan, MacAddress Address), int> Learned { get; } = [];

    /// <summary>The NIC that pretends to be <see cref="FalseAddress"/> or <see cref="FalseMac"/>; null where nobody does.</summary>
    public GuestNic? Pretender { get; set; }

    public IPAddress? FalseAddress { get; set; }

    public MacAddress? FalseMac { get; set; }

    /// <summary>The question is about a packet to this multicast or broadcast address: a VM takes its copy.</summary>
    public IPAddress? Group { get; set; }

    public SwitchMemory MemoryOf(TraceNode node)
    {
        if (!_memories.TryGetValue(node, out var memory))
        {
            _memories[node] = memory = new();
        }
        return memory;
    }

    public IEnumerable<(TraceNode Node, SwitchMemory Memory)> Memories => _memories.Select(m => (m.Key, m.Value));

    public List<TraceLeg> Legs { get; } = [];

    public List<string> Assumptions { get; } = [];

    public List<string> Notes { get; } = [];

    /// <summary>MACs that a stack has learned: of whom it asked, and of who asked it.</summary>
    public Dictionary<(string Stack, string Address), Resolution> Resolved { get; } = [];

    /// <summary>Rules that were met and not told, with the devices of those who met them.</summary>
    public Dictionary<(TraceSpace Space, bool IsIPv6), HashSet<string>> Wanted { get; } = [];

    public void Want(TraceSpace space, bool isIPv6, IEnumerable<string> devices)
    {
        if (!Wanted.TryGetValue((space, isIPv6), out var known))
        {
            Wanted[(space, isIPv6)] = known = new(StringComparer.Ordinal);
        }
        known.UnionWith(devices);
    }

    /// <summary>Connection trackers that a piece of a packet met.</summary>
    public HashSet<string> Trackers { get; } = new(StringComparer.Ordinal);

    /// <summary>Of a question about one piece: the other, where that is lost on its way.</summary>
    public OtherPiece? OtherPiece { get; set; }

    /// <summary>
    /// A connection tracker puts a packet's pieces together before anything else is done (nf_ct_ipv4_gather_frags(), Open vSwitch's ipf): why a piece gets no further
    /// there; null: it does.
    /// </summary>
    public string? WaitsAt(string tracker, TraceFrame frame)
    {
        if (frame.Fragment is not { } part)
        {
            return null;
        }
        Trackers.Add(tracker);
        return OtherPiece is { } other && !other.Trackers.Contains(tracker)
            ? $"the connection tracker keeps it until the {(part == FragmentPart.First ? "later" : "first")} piece comes, which ended at {other.End}" : null;
    }

    public TracePhase Phase { get; set; } = TracePhase.Forward;

    public void Assume(string text)
    {
        if (!Assumptions.Contains(text))
        {
            Assumptions.Add(text);
        }
    }

    public void Note(string text)
    {
        if (!Notes.Contains(text))
        {
            Notes.Add(text);
        }
    }
}
