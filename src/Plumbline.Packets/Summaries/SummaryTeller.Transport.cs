using Plumbline.Packets.Layers;

namespace Plumbline.Packets.Summaries;

/// <summary>TCP, UDP, and which port means what.</summary>
internal sealed partial class SummaryTeller
{
    private void TellTcp(ReadOnlySpan<byte> data)
    {
        var state = TcpHeader.Read(data, out var header);
        if (state != LayerState.Whole)
        {
            TellBroken("TCP", state);
            return;
        }
        var acknowledgement = header.Flags.HasFlag(TcpFlags.Ack) ? $" ack {header.Acknowledgement}" : "";
        var length = Math.Max(_transportLength - header.HeaderLength, 0);
        Tell(
            "TCP",
            $"{header.SourcePort} → {header.DestinationPort} [{Listing.TcpFlagTexts.Text(header.Flags)}] "
            + $"seq {header.Sequence}{acknowledgement} win {header.Window}, {Count(length, "byte")}");
    }

    private void TellUdp(ReadOnlySpan<byte> data)
    {
        if (!UdpHeader.TryRead(data, out var header))
        {
            TellCutShort("UDP");
            return;
        }
        var payload = data[UdpHeader.Length..];
        if (!TryTellByPort(header.DestinationPort, payload) && !TryTellByPort(header.SourcePort, payload))
        {
            var length = header.TotalLength >= UdpHeader.Length
                ? header.TotalLength - UdpHeader.Length
                : payload.Length;
            Tell("UDP", $"{header.SourcePort} → {header.DestinationPort}, {Count(length, "byte")}");
        }
    }

    /// <summary>False where the port is nothing special, or what is inside does not look like it.</summary>
    private bool TryTellByPort(int port, ReadOnlySpan<byte> payload)
    {
        switch (port)
        {
            case VxlanHeader.Port or VxlanHeader.OldPort
                when VxlanHeader.TryRead(payload, out var vxlan) && TryEnterTunnel($"VXLAN {vxlan.NetworkId}"):
                TellEthernet(payload[VxlanHeader.Length..]);
                return true;
            case GeneveHeader.Port
                when GeneveHeader.TryRead(payload, out var geneve) && TryEnterTunnel($"Geneve {geneve.NetworkId}"):
                TellTunnelled(geneve.Type, payload[geneve.Length..]);
                return true;
            case 67 or 68: return TryTellDhcp(payload);
            case 546 or 547: return TryTellDhcpV6(payload);
            case 53: return TryTellDns(payload, "DNS");
            case 5353: return TryTellDns(payload, "MDNS");
            default: return false;
        }
    }
}
