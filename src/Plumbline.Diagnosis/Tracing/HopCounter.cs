using Plumbline.Diagnosis.Timings;
using Plumbline.Iptables;
using Plumbline.OpenFlow.Flows;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>A counter that a packet raises by one on its way: of a rule, a policy that drops, or a flow.</summary>
/// <param name="Place">The table, or the bridge and table, as <see cref="CounterRise.Place"/>.</param>
/// <param name="What">The rule or flow, as <see cref="CounterRise.What"/>.</param>
/// <param name="Drops">It drops or rejects.</param>
public sealed record HopCounter(string Place, string What, bool Drops)
{
    internal static HopCounter Of(TraceSpace space, IPFamily family, string table, Rule rule) => From(CounterRises.KeyOf(space.Name, family, table, rule));

    internal static HopCounter OfPolicy(TraceSpace space, IPFamily family, string table, string chain) =>
        From(CounterRises.KeyOfPolicy(space.Name, family, table, chain));

    internal static HopCounter Of(string bridge, Flow flow) => From(CounterRises.KeyOf(bridge, flow));

    private static HopCounter From((string Place, string What, bool Drops) key) => new(key.Place, key.What, key.Drops);
}
