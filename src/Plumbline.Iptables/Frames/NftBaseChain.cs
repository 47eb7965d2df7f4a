namespace Plumbline.Iptables.Frames;

/// <summary>A chain of nft that the kernel asks by itself.</summary>
/// <param name="Family"><c>bridge</c>, <c>inet</c>, <c>ip</c>, <c>ip6</c>, <c>arp</c>, <c>netdev</c>.</param>
/// <param name="Table">Its table.</param>
/// <param name="Name">Its name.</param>
/// <param name="Hook"><c>prerouting</c>, <c>forward</c>, <c>ingress</c> …</param>
/// <param name="Priority">Lower ones are asked first.</param>
/// <param name="Devices">Of ingress and egress: whose frames; empty elsewhere.</param>
public sealed record NftBaseChain(string Family, string Table, string Name, string Hook, int Priority, IReadOnlyList<string> Devices)
{
    /// <summary><c>type nat</c>: asked for the first packet of a connection alone.</summary>
    public bool IsNat { get; init; }

    /// <summary>The table's name in <see cref="NftRuleset.Tables"/>.</summary>
    public string Key => $"{Family} {Table}";
}
