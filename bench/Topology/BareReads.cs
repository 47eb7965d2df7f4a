using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Plumbline.Bench.Topologies;

/// <summary>What no program that draws a node can do without: RTM_GETLINK and RTM_GETADDR dumps and the rows of the database, as bytes.</summary>
internal static partial class BareReads
{
    /// <summary>The selects of Plumbline.Node's LiveNode.Ovsdb.cs.</summary>
    private const string Request = """
        {"method":"transact","id":1,"params":["Open_vSwitch",
        {"op":"select","table":"Open_vSwitch","where":[],"columns":["_uuid","ovs_version","db_version","external_ids","other_config"]},
        {"op":"select","table":"Bridge","where":[],"columns":["_uuid","name","ports","mirrors","controller","datapath_type","datapath_id","fail_mode","protocols","external_ids","other_config"]},
        {"op":"select","table":"Port","where":[],"columns":["_uuid","name","interfaces","tag","trunks","vlan_mode","cvlans","protected","bond_mode","bond_active_slave","status","rstp_status","external_ids","other_config"]},
        {"op":"select","table":"Interface","where":[],"columns":["_uuid","name","type","options","external_ids","ofport","error","mac_in_use","ifindex","mtu","mtu_request","ingress_policing_rate","ingress_policing_burst","ingress_policing_kpkts_rate","admin_state","link_state"]},
        {"op":"select","table":"Controller","where":[],"columns":["_uuid","target","is_connected"]},
        {"op":"select","table":"Manager","where":[],"columns":["_uuid","target","is_connected"]},
        {"op":"select","table":"Mirror","where":[]}]}
        """;

    private static readonly byte[] _buffer = new byte[1 << 20];

    /// <summary>Reads all; the number of bytes.</summary>
    public static long Run(string socket)
    {
        using var database = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        database.Connect(new UnixDomainSocketEndPoint(socket));
        database.Send(Encoding.UTF8.GetBytes(Request));
        return Dump(18, 16) + Dump(22, 8) + Receive(database);
    }

    /// <summary>A dump of rtnetlink: <paramref name="type"/> with a header of zeros, up to NLMSG_DONE.</summary>
    private static long Dump(ushort type, int headerLength)
    {
        const int NetlinkFamily = 16, Raw = 3, Done = 3, Error = 2;
        var descriptor = socket(NetlinkFamily, Raw, 0);
        var request = new byte[16 + headerLength];
        BinaryPrimitives.WriteInt32LittleEndian(request, request.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(request.AsSpan(4), type);
        BinaryPrimitives.WriteUInt16LittleEndian(request.AsSpan(6), 0x301);   // NLM_F_REQUEST | NLM_F_DUMP
        _ = send(descriptor, request, request.Length, 0);
        var total = 0L;
        for (var isMore = true; isMore;)
        {
            var length = (int)recv(descriptor, _buffer, _buffer.Length, 0);
            if (length <= 0)
            {
                throw new InvalidOperationException("the kernel did not answer");
            }
            total += length;
            for (var at = 0; at < length; at += (BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(at)) + 3) & ~3)
            {
                isMore &= BinaryPrimitives.ReadUInt16LittleEndian(_buffer.AsSpan(at + 4)) is not (Done or Error);
            }
        }
        _ = close(descriptor);
        return total;
    }

    /// <summary>One JSON value: its end is where its first bracket is closed.</summary>
    private static long Receive(Socket database)
    {
        var (total, depth, isText) = (0L, 0, false);
        do
        {
            var bytes = _buffer.AsSpan(0, database.Receive(_buffer));
            total += bytes.Length;
            while (!bytes.IsEmpty)
            {
                var at = isText ? bytes.IndexOfAny((byte)'"', (byte)'\\') : bytes.IndexOfAny("\"{}[]"u8);
                if (at < 0)
                {
                    break;
                }
                switch (bytes[at])
                {
                    case (byte)'"':
                        isText = !isText;
                        break;
                    case (byte)'{' or (byte)'[':
                        depth++;
                        break;
                    case (byte)'}' or (byte)']':
                        depth--;
                        break;
                    default:
                        at++;   // what the backslash takes the meaning from
                        break;
                }
                bytes = bytes[Math.Min(at + 1, bytes.Length)..];
            }
        }
        while (depth > 0);
        return total;
    }

    [LibraryImport("libc")]
    private static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc")]
    private static partial nint send(int descriptor, byte[] bytes, nint length, int flags);

    [LibraryImport("libc")]
    private static partial nint recv(int descriptor, byte[] bytes, nint length, int flags);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
