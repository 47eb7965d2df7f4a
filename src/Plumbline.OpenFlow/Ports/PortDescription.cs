using Plumbline.Primitives;

namespace Plumbline.OpenFlow.Ports;

/// <summary>A port as <c>ovs-ofctl show</c> or <c>dump-ports-desc</c> prints it.</summary>
/// <param name="Number">OpenFlow number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Address">Its MAC; null where not printed.</param>
/// <param name="Config">What was asked for: <c>PORT_DOWN</c>, <c>NO_FLOOD</c>, <c>NO_FWD</c>, <c>NO_RECV</c> ….</param>
/// <param name="State">What is: <c>LINK_DOWN</c>, <c>LIVE</c> ….</param>
public sealed record PortDescription(
    int Number, string Name, MacAddress? Address, IReadOnlyList<string> Config, IReadOnlyList<string> State);
