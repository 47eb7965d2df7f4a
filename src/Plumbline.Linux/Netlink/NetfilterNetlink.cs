namespace Plumbline.Linux.Netlink;

/// <summary>
/// A NETLINK_NETFILTER socket inside one network namespace: reads the rules that iptables-nft and nft made. Looking
/// makes no table, which running iptables-nft may. One caller at a time.
/// </summary>
/// <remarks>All calls need CAP_NET_ADMIN; each refusal is a <see cref="LinuxException"/>.</remarks>
public sealed class NetfilterNetlink : IDisposable
{
    private readonly RouteNetlink _netlink;

    private NetfilterNetlink(RouteNetlink netlink) => _netlink = netlink;

    /// <summary>
    /// Opens a socket in <paramref name="networkNamespace"/>, or in the calling thread's where null. It stays there.
    /// </summary>
    /// <exception cref="LinuxException">The namespace cannot be entered, or no descriptor is left.</exception>
    public static NetfilterNetlink Open(NetworkNamespace? networkNamespace = null) =>
        new(RouteNetlink.OpenNetfilter(networkNamespace));

    /// <summary>
    /// NFT_MSG_GETGEN: a number that grows by one with each change of rules, chains or tables; counters change nothing.
    /// </summary>
    /// <exception cref="LinuxException">The kernel refused, or has no nf_tables.</exception>
    public uint ReadGeneration() => _netlink.ReadNetfilterGeneration();

    /// <summary>NFT_MSG_GETCHAIN dump: the chains, without their rules.</summary>
    /// <param name="family">NFPROTO_ of one family, see <see cref="NetfilterChain.Family"/>; 0: all.</param>
    /// <exception cref="LinuxException">The kernel refused, has no nf_tables, or the list kept changing.</exception>
    public IReadOnlyList<NetfilterChain> ListChains(byte family = 0) => _netlink.ListNetfilterChains(family);

    /// <summary>NFT_MSG_GETRULE dump of one chain; empty also where there is no such chain.</summary>
    /// <param name="family">NFPROTO_ of the chain's family.</param>
    /// <param name="table">Its table.</param>
    /// <param name="chain">Its name.</param>
    /// <exception cref="LinuxException">The kernel refused, or the list kept changing.</exception>
    public NetfilterRules ListRules(byte family, string table, string chain) =>
        _netlink.ListNetfilterRules(family, table, chain);

    /// <summary>
    /// IPSET_CMD_GET_BYINDEX: the name of the set that a rule knows by its number; null where the kernel does not say.
    /// </summary>
    /// <param name="index">As in <c>struct xt_set_info</c>.</param>
    public string? FindSetName(ushort index) => _netlink.FindSetName(index);

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _netlink.Dispose();
}
