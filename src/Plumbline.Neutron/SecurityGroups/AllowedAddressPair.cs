using Plumbline.Primitives;

namespace Plumbline.Neutron.SecurityGroups;

/// <summary>An address (or prefix) that a port may use beside its own.</summary>
/// <param name="Address">With or without a prefix length.</param>
/// <param name="Mac">Null: the port's.</param>
public sealed record AllowedAddressPair(string Address, MacAddress? Mac = null);
