using Plumbline.OpenFlow.Flows;
using Plumbline.OpenFlow.Simulation.Compiled;

namespace Plumbline.OpenFlow.Simulation;

/// <summary>A copy of the packet that comes back from the connection tracker, with all that it takes along.</summary>
internal sealed record Forked(
    CompiledBridge Bridge, FlowKey Key, int Table, List<FlowAction> ActionSet, UInt128[] Stack, Flow? By, string Why, bool IsCertain);
