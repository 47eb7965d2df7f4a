using System.Net;

namespace Plumbline.OpenFlow.Flows;

/// <summary>What stands in the parentheses of <c>nat(…)</c>.</summary>
/// <param name="IsSource">The source is translated; false: the destination; null: as the connection says.</param>
/// <param name="First">Lowest address; null where only ports are translated, or nothing was given.</param>
/// <param name="Last">Highest address.</param>
/// <param name="FirstPort">Lowest port; null where ports are kept.</param>
/// <param name="LastPort">Highest port.</param>
public sealed record NatParameters(bool? IsSource, IPAddress? First, IPAddress? Last, int? FirstPort, int? LastPort);
