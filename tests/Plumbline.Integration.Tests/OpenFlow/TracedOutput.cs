using Plumbline.OpenFlow.Simulation;

namespace Plumbline.Integration.Tests.OpenFlow;

/// <summary>A packet that left, as the datapath actions of <c>ofproto/trace</c> have it.</summary>
/// <param name="To">Datapath port, or <c>controller</c>; a tunnel's with remote address and key.</param>
/// <param name="Packet">As it left.</param>
internal sealed record TracedOutput(string To, FlowKey Packet)
{
    public override string ToString() => $"{To}: {Packet}";
}
