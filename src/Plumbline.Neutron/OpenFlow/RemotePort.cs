using System.Net;
using Plumbline.Primitives;

namespace Plumbline.Neutron.OpenFlow;

/// <summary>What L2 population tells a node of a port on another one.</summary>
/// <param name="LocalVlan">Its network's VLAN on this node's br-int.</param>
/// <param name="Mac">Its MAC.</param>
/// <param name="Addresses">Its addresses.</param>
/// <param name="OfPort">The tunnel port that leads to its node.</param>
public sealed record RemotePort(int LocalVlan, MacAddress Mac, IReadOnlyList<IPAddress> Addresses, int OfPort);
