namespace Plumbline.OpenFlow.Simulation;

/// <summary>What a run is told besides the packet.</summary>
public sealed record SimulationOptions
{
    /// <summary>Answers for the connection tracker; null, or a null answer: taken to be a new connection.</summary>
    public Func<ConntrackQuestion, ConntrackAnswer?>? Conntrack { get; init; }

    /// <summary>What earlier packets taught the bridges, and where this one's lessons go; null: bridges learn nothing, as in <c>ofproto/trace</c>.</summary>
    public SwitchMemory? Memory { get; init; }
}
