using System.Buffers.Binary;
using System.Text;
using Plumbline.Linux.Netlink.Protocol;

namespace Plumbline.Linux.Netlink;

public sealed partial class RouteNetlink
{
    /// <summary>
    /// NFT_MSG_GETCHAIN dump: the chains of nf_tables in a namespace, without their rules. Looking makes no table,
    /// which running iptables-nft may.
    /// </summary>
    /// <param name="networkNamespace">Where; null: the calling thread's.</param>
    /// <param name="family">NFPROTO_ of one family, see <see cref="NetfilterChain.Family"/>; 0: all.</param>
    /// <exception cref="LinuxException">
    /// The kernel refused (CAP_NET_ADMIN is needed), has no nf_tables, or the list kept changing.
    /// </exception>
    public static IReadOnlyList<NetfilterChain> ListNetfilterChains(NetworkNamespace? networkNamespace, byte family = 0)
    {
        using var netlink = OpenNetfilter(networkNamespace);
        return netlink.ListNetfilterChains(family);
    }

    /// <summary>NFT_MSG_GETTABLE dump: the tables of nf_tables in a namespace.</summary>
    /// <param name="networkNamespace">Where; null: the calling thread's.</param>
    /// <returns>Of each NFPROTO_ (see <see cref="NetfilterChain.Family"/>) and name.</returns>
    /// <exception cref="LinuxException">As of <see cref="ListNetfilterChains(NetworkNamespace?, byte)"/>.</exception>
    public static IReadOnlyList<(byte Family, string Name)> ListNetfilterTables(NetworkNamespace? networkNamespace)
    {
        const int NFTA_TABLE_NAME = 1;
        using var netlink = OpenNetfilter(networkNamespace);
        var tables = netlink.Dump(
            "tables",
            () => DumpOf(RouteMessage.NFT_MSG_GETTABLE, default(nfgenmsg)),
            RouteMessage.NFT_MSG_NEWTABLE,
            message =>
            {
                string? name = null;
                var attributes = new AttributeReader(message[nfgenmsg.Length..]);
                while (attributes.Read())
                {
                    name = attributes.Type == NFTA_TABLE_NAME ? attributes.Text() : name;
                }
                return name is null ? null : Tuple.Create(FixedHeader.Read<nfgenmsg>(message).nfgen_family, name);
            });
        return tables.ConvertAll(t => (t.Item1, t.Item2));
    }

    /// <summary>As <see cref="Open"/>, for NETLINK_NETFILTER.</summary>
    internal static RouteNetlink OpenNetfilter(NetworkNamespace? networkNamespace)
    {
        var where = networkNamespace?.Path is { } path ? $"network namespace {path}" : null;
        var socket = networkNamespace is null
            ? OpenSocket(NETLINK_NETFILTER) : networkNamespace.Run(static () => OpenSocket(NETLINK_NETFILTER));
        return new(socket, where);
    }

    internal List<NetfilterChain> ListNetfilterChains(byte family) => Dump(
        "chains",
        () => DumpOf(RouteMessage.NFT_MSG_GETCHAIN, new nfgenmsg { nfgen_family = family }),
        RouteMessage.NFT_MSG_NEWCHAIN,
        ParseChain);

    internal uint ReadNetfilterGeneration()
    {
        const int NFTA_GEN_ID = 1;
        uint generation = 0;
        Request("read the generation of the rules", RequestOf(RouteMessage.NFT_MSG_GETGEN, default), (type, payload) =>
        {
            var attributes = new AttributeReader(payload[nfgenmsg.Length..]);
            while (type == RouteMessage.NFT_MSG_NEWGEN && attributes.Read())
            {
                generation = attributes.Type == NFTA_GEN_ID ? attributes.UInt32BigEndian() : generation;
            }
        });
        return generation;
    }

    internal NetfilterRules ListNetfilterRules(byte family, string table, string chain)
    {
        const int NFTA_RULE_TABLE = 1, NFTA_RULE_CHAIN = 2;
        var header = new nfgenmsg { nfgen_family = family };
        var (tableName, chainName) = (Encoding.UTF8.GetBytes(table + '\0'), Encoding.UTF8.GetBytes(chain + '\0'));
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var rules = new NetfilterRules();
            var request = DumpOf(RouteMessage.NFT_MSG_GETRULE, header)
                .Attribute(NFTA_RULE_TABLE, tableName)
                .Attribute(NFTA_RULE_CHAIN, chainName);
            var outcome = Exchange("list rules", request, (type, payload) =>
            {
                // kernels before 4.2 know no choice and tell all
                if (type == RouteMessage.NFT_MSG_NEWRULE
                    && payload.Length > nfgenmsg.Length
                    && Has(payload[nfgenmsg.Length..], NFTA_RULE_CHAIN, chainName)
                    && Has(payload[nfgenmsg.Length..], NFTA_RULE_TABLE, tableName))
                {
                    rules.Add(payload[nfgenmsg.Length..]);
                }
            });
            if (outcome == Answer.Complete)
            {
                return rules;
            }
        }
        throw Problems.KeepsChanging("rules", Attempts, _where);
    }

    internal string? FindSetName(ushort index)
    {
        const int IPSET_ATTR_PROTOCOL = 1, IPSET_ATTR_SETNAME = 2, IPSET_ATTR_INDEX = 11;
        const int NLA_F_NET_BYTEORDER = 0x4000;
        const byte IPSET_PROTOCOL = 7;
        const byte NFPROTO_IPV4 = 2;
        string? name = null;
        Span<byte> number = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(number, index);
        try
        {
            Request(
                "find a set by its number",
                RequestOf(RouteMessage.IPSET_CMD_GET_BYINDEX, new nfgenmsg { nfgen_family = NFPROTO_IPV4 })
                    .Attribute(IPSET_ATTR_PROTOCOL, IPSET_PROTOCOL)
                    .Attribute(IPSET_ATTR_INDEX | NLA_F_NET_BYTEORDER, number),
                (_, payload) =>
                {
                    var attributes = new AttributeReader(payload[nfgenmsg.Length..]);
                    while (attributes.Read())
                    {
                        name = attributes.Type == IPSET_ATTR_SETNAME ? attributes.Text() : name;
                    }
                });
        }
        catch (LinuxException)
        {
            return null;    // a kernel before 4.20 that has no such request, or the set went away
        }
        return name;
    }

    private static MessageWriter RequestOf(RouteMessage type, in nfgenmsg header) =>
        new MessageWriter(type, MessageFlags.NLM_F_ACK).Header(header);

    private static bool Has(ReadOnlySpan<byte> attributes, int type, ReadOnlySpan<byte> value)
    {
        var reader = new AttributeReader(attributes);
        while (reader.Read())
        {
            if (reader.Type == type)
            {
                return reader.Value.SequenceEqual(value);
            }
        }
        return false;
    }

    private static NetfilterChain? ParseChain(ReadOnlySpan<byte> message)
    {
        const int NFTA_CHAIN_TABLE = 1, NFTA_CHAIN_NAME = 3, NFTA_CHAIN_HOOK = 4, NFTA_CHAIN_POLICY = 5,
            NFTA_CHAIN_USE = 6, NFTA_CHAIN_COUNTERS = 8;
        const int NFTA_HOOK_HOOKNUM = 1, NFTA_HOOK_PRIORITY = 2;
        const int NFTA_COUNTER_BYTES = 1, NFTA_COUNTER_PACKETS = 2;
        var header = FixedHeader.Read<nfgenmsg>(message);
        string? table = null, name = null;
        int? hook = null;
        var (dropping, use, priority) = (false, 0, 0);
        ulong? packets = null, bytes = null;
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
                        priority = nested.Type == NFTA_HOOK_PRIORITY ? (int)nested.UInt32BigEndian() : priority;
                    }
                    break;
                case NFTA_CHAIN_POLICY:
                    dropping = attributes.UInt32BigEndian() == 0;   // NF_DROP
                    break;
                case NFTA_CHAIN_USE:
                    use = (int)attributes.UInt32BigEndian();
                    break;
                case NFTA_CHAIN_COUNTERS:
                    var counters = attributes.Nested();
                    while (counters.Read())
                    {
                        packets = counters.Type == NFTA_COUNTER_PACKETS ? counters.UInt64BigEndian() : packets;
                        bytes = counters.Type == NFTA_COUNTER_BYTES ? counters.UInt64BigEndian() : bytes;
                    }
                    break;
            }
        }
        return table is null || name is null ? null : new(header.nfgen_family, table, name, hook, dropping, use)
        {
            Priority = priority,
            Packets = packets,
            Bytes = bytes,
        };
    }
}
