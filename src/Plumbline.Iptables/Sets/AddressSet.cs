namespace Plumbline.Iptables;

/// <summary>An ipset.</summary>
public sealed record AddressSet
{
    /// <summary>At most 31 characters.</summary>
    public required string Name { get; init; }

    /// <summary><c>hash:net</c>, <c>hash:ip,port</c>, <c>bitmap:port</c>, <c>list:set</c> …</summary>
    public required string Type { get; init; }

    /// <summary>Null for types without addresses.</summary>
    public IPFamily? Family { get; init; }

    /// <summary>The options behind the type as <c>ipset save</c> prints them, without <c>family</c>: <c>hashsize 1024 maxelem 65536</c>.</summary>
    public string Options { get; init; } = "";

    /// <summary>In the order of the text.</summary>
    public IReadOnlyList<AddressSetMember> Members { get; init; } = [];
}
