using System.Net;

namespace Plumbline.Neutron.Api;

/// <summary>A floating IP that is in use.</summary>
/// <param name="Floating">The address outside.</param>
/// <param name="Fixed">The port's.</param>
/// <param name="RouterId">Who translates.</param>
/// <param name="PortId">Whose it is.</param>
public sealed record CloudFloatingIP(IPAddress Floating, IPAddress Fixed, string RouterId, string PortId);
