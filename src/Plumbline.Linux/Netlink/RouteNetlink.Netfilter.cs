using Plumbline.Linux.Netlink.Protocol;

namespace Plumbline.Linux.Netlink;

public sealed partial class RouteNetlink
{
    /// <summary>
    /// NFT_MSG_GETCHAIN dump: the chains of nf_tables in a namespace, without their rules. Looking makes no table, which running
    /// iptables-nft may.
    /// </summary>
    /// <param name="networkNamespace">Where; null: the calling thread's.</param>
    /// <param name="family">NFPROTO_ of one family, see <see cref="NetfilterChain.Family"/>; 0: all.</param>
    /// <exception cref="LinuxException">The kernel refused (CAP_NET_ADMIN is needed), has no nf_tables, or the list kept changing.</exception>
    public static IReadOnlyList<NetfilterChain> ListNetfilterChains(NetworkNamespace? networkNamespace, byte family = 0)
    {
        var where = networkNamespace?.Path is { } path ? $"network namespace {path}" : null;
        var socket = networkNamespace is null
            ? OpenSocket(NETLINK_NETFILTER) : networkNamespace.Run(static () => OpenSocket(NETLINK_NETFILTER));
        using var netlink = new RouteNetlink(socket, where);
        return netlink.Dump(
            "chains", () => DumpOf(RouteMessage.NFT_MSG_GETCHAIN, new nfgenmsg { nfgen_family = family }), RouteMessage.NFT_MSG_NEWCHAIN, ParseChain);
    }

    private static NetfilterChain? ParseChain(ReadOnlySpan<byte> message)
    {
        const int NFTA_CHAIN_TABLE = 1, NFTA_CHAIN_NAME = 3, NFTA_CHAIN_HOOK = 4, NFTA_CHAIN_POLICY = 5, NFTA_CHAIN_USE = 6;
        const int NFTA_HOOK_HOOKNUM = 1;
        var header = FixedHeader.Read<nfgenmsg>(message);
        string? table = null, name = null;
        int? hook = null;
        var (dropping, use) = (false, 0);
        var attributes = new AttributeReader(message[nfgenmsg.Length..]);
        while (attributes.Read())
        {
            switch (attributes.Type)
            {
                case NFTA_CHAIN_TABLE:
                    table = attributes.Text();
                    break;
                case NFTA_CHAIN_NAME:
                    name = attributes.Text();
                    break;
                case NFTA_CHAIN_HOOK:
                    var nested = attributes.Nested();
                    while (nested.Read())
                    {
                        hook = nested.Type == NFTA_HOOK_HOOKNUM ? (int)nested.UInt32BigEndian() : hook;
                    }
                    break;
                case NFTA_CHAIN_POLICY:
                    dropping = attributes.UInt32BigEndian() == 0;   // NF_DROP
                    break;
                case NFTA_CHAIN_USE:
                    use = (int)attributes.UInt32BigEndian();
                    break;
            }
        }
        return table is null || name is null ? null : new(header.nfgen_family, table, name, hook, dropping, use);
    }
}
