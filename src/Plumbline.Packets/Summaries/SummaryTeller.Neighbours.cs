using System.Buffers.Binary;
using System.Text;
using Plumbline.Packets.Layers;
using Plumbline.Primitives;

namespace Plumbline.Packets.Summaries;

/// <summary>What switches say (LLDP, spanning tree), SCTP and DHCPv6.</summary>
internal sealed partial class SummaryTeller
{
    /// <summary>IEEE 802.1AB: 7 bits type, 9 bits length, value. 1 chassis, 2 port, 3 time to live, 5 system name.</summary>
    private void TellLldp(ReadOnlySpan<byte> data)
    {
        string? chassis = null, port = null, system = null;
        while (data.Length >= 2)
        {
            var (type, length) = (data[0] >> 1, (data[0] & 1) << 8 | data[1]);
            if (type == 0 || data.Length < 2 + length)
            {
                break;
            }
            var value = data.Slice(2, length);
            switch (type)
            {
                case 1: chassis = IdText(value, macSubtype: 4); break;
                case 2: port = IdText(value, macSubtype: 3); break;
                case 5: system = Printable.Escape(Encoding.UTF8.GetString(value)); break;
                default: break;
            }
            data = data[(2 + length)..];
        }
        Tell("LLDP", chassis is null ? "cut short" : $"{(system is null ? chassis : $"{system} ({chassis})")} port {port ?? "?"}");
    }

    /// <summary>1 byte subtype, then a MAC address or text.</summary>
    private static string IdText(ReadOnlySpan<byte> value, int macSubtype) =>
        value.Length == 7 && value[0] == macSubtype ? MacAddress.Read(value[1..]).ToString()
        : value.Length > 1 ? Printable.Escape(Encoding.UTF8.GetString(value[1..]))
        : "?";

    /// <summary>IEEE 802.1D: 2 protocol, 1 version, 1 type (0, 2 configuration; 80 change), 1 flags, 8 root, 4 cost, 8 bridge, 2 port.</summary>
    private void TellStp(ReadOnlySpan<byte> data)
    {
        if (data.Length >= 4 && data[3] == 0x80)
        {
            Tell("STP", "topology change");
        }
        else if (data.Length < 27)
        {
            TellCutShort("STP");
        }
        else
        {
            Tell(
                "STP",
                $"root {BinaryPrimitives.ReadUInt16BigEndian(data[5..])}/{MacAddress.Read(data[7..])} "
                + $"cost {BinaryPrimitives.ReadUInt32BigEndian(data[13..])}, bridge {BinaryPrimitives.ReadUInt16BigEndian(data[17..])}/"
                + $"{MacAddress.Read(data[19..])} port 0x{BinaryPrimitives.ReadUInt16BigEndian(data[25..]):x4}"
                + ((data[4] & 1) != 0 ? ", topology change" : ""));
        }
    }

    /// <summary>RFC 9260 §3: 2 + 2 ports, 4 tag, 4 checksum; chunks of 1 type, 1 flags, 2 length, padded to 4.</summary>
    private void TellSctp(ReadOnlySpan<byte> data)
    {
        if (data.Length < 12)
        {
            TellCutShort("SCTP");
            return;
        }
        var text = $"{BinaryPrimitives.ReadUInt16BigEndian(data)} → {BinaryPrimitives.ReadUInt16BigEndian(data[2..])}";
        var chunks = data[12..];
        for (var separator = " "; chunks.Length >= 4; separator = ", ")
        {
            text += separator + ChunkText(chunks[0]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(chunks[2..]) + 3 & ~3;
            if (length < 4 || length > chunks.Length)
            {
                break;
            }
            chunks = chunks[length..];
        }
        Tell("SCTP", text);
    }

    private static string ChunkText(byte type) => type switch
    {
        0 => "DATA",
        1 => "INIT",
        2 => "INIT ACK",
        3 => "SACK",
        4 => "HEARTBEAT",
        5 => "HEARTBEAT ACK",
        6 => "ABORT",
        7 => "SHUTDOWN",
        8 => "SHUTDOWN ACK",
        9 => "ERROR",
        10 => "COOKIE ECHO",
        11 => "COOKIE ACK",
        14 => "SHUTDOWN COMPLETE",
        _ => $"chunk {type}",
    };

    private bool TryTellDhcpV6(ReadOnlySpan<byte> payload)
    {
        if (!DhcpV6Message.TryRead(payload, out var message))
        {
            return false;
        }
        var client = message.Client is { } mac ? $" of {mac}" : "";
        var address = message.Address is { } given ? $", {NameOf(given.ToIPAddress())}" : "";
        Tell("DHCPv6", message.Type switch
        {
            1 => $"solicit{client}",
            2 => $"advertise{address}",
            3 => $"request{address}{client}",
            4 => $"confirm{client}",
            5 => $"renew{address}{client}",
            6 => $"rebind{address}{client}",
            7 => $"reply{address}",
            8 => $"release{address}{client}",
            9 => $"decline{address}{client}",
            11 => $"information request{client}",
            var type => $"message {type}",
        });
        return true;
    }
}
