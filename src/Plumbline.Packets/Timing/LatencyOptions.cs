namespace Plumbline.Packets.Timing;

/// <summary>What is asked of the packets.</summary>
public sealed record LatencyOptions
{
    /// <summary>Points of the time line.</summary>
    public int Bins { get; init; } = 60;

    /// <summary>
    /// The way, as indices of the file's interfaces from the sender on, where it is known beforehand: a flow that ends on it has
    /// vanished. Empty: the way of each flow is where its packets were seen, in the order of their times.
    /// </summary>
    public IReadOnlyList<int> Way { get; init; } = [];

    /// <summary>
    /// Places of the file's interfaces on a way, where the file tells them: hops are put in this order or the other way round. Empty:
    /// by times alone. Those with equal places stand side by side: a packet takes one of them.
    /// </summary>
    public IReadOnlyList<int> Ranks { get; init; } = [];

    /// <summary>Only flows of which one end, on some side of a NAT, has one of these addresses; empty: all.</summary>
    public IReadOnlyCollection<InternetAddress> Senders { get; init; } = [];

    /// <summary>Only flows of which the other end, on some side of a NAT, has one of these addresses; empty: all.</summary>
    public IReadOnlyCollection<InternetAddress> Receivers { get; init; } = [];

    /// <summary>A flow may be one of those asked for, by one side of a NAT alone: for <see cref="HopTable"/>.</summary>
    public bool MayBeAsked(FlowTuple flow) =>
        Senders.Count + Receivers.Count == 0
        || Senders.Contains(flow.Source) || Senders.Contains(flow.Destination)
        || Receivers.Contains(flow.Source) || Receivers.Contains(flow.Destination);

    internal bool IsAsked(List<int> numbers, IReadOnlyList<FlowTuple> flows) =>
        IsThere(Senders, numbers, flows) && IsThere(Receivers, numbers, flows);

    private static bool IsThere(IReadOnlyCollection<InternetAddress> wanted, List<int> numbers, IReadOnlyList<FlowTuple> flows) =>
        wanted.Count == 0 || numbers.Exists(n => wanted.Contains(flows[n].Source) || wanted.Contains(flows[n].Destination));
}
