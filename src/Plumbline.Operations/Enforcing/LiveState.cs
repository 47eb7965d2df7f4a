using Plumbline.Neutron.SecurityGroups;

namespace Plumbline.Operations.Enforcing;

/// <summary>Tables and sets as they were read, parsed and as they came.</summary>
internal sealed record LiveState(
    FirewallSnapshot IPv4, FirewallSnapshot IPv6,
    ReadOnlyMemory<byte> SavedIPv4, ReadOnlyMemory<byte> SavedIPv6, ReadOnlyMemory<byte> SavedSets)
{
    /// <summary>True where a driver's chains are here.</summary>
    public bool HasRules => IPv4.HasRules || IPv6.HasRules;

    /// <summary>True where our mark is on them.</summary>
    public bool HasMark => (IPv4.HasMark || !IPv4.HasRules) && (IPv6.HasMark || !IPv6.HasRules);
}
