using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Text;

namespace Plumbline.OpenFlow.Flows;

internal sealed partial class FlowParser
{
    /// <summary>Names of protocols; type and IP protocol.</summary>
    internal static (ushort? DlType, byte? NwProto)? ProtocolOf(string name) => name switch
    {
        "eth" => (null, null),
        "ip" => (0x0800, null),
        "ipv6" or "ip6" => (0x86dd, null),
        "arp" => (0x0806, null),
        "rarp" => (0x8035, null),
        "mpls" => (0x8847, null),
        "mplsm" => (0x8848, null),
        "icmp" => (0x0800, 1),
        "icmp6" => (0x86dd, 58),
        "tcp" => (0x0800, 6),
        "tcp6" => (0x86dd, 6),
        "udp" => (0x0800, 17),
        "udp6" => (0x86dd, 17),
        "sctp" => (0x0800, 132),
        "sctp6" => (0x86dd, 132),
        _ => null,
    };

    private Match ParseMatch(Token piece, string name, string? value)
    {
        if (value is null)
        {
            return ProtocolOf(name) is { } protocol
                ? new Match.Protocol(piece.Text, protocol.DlType, protocol.NwProto)
                : new Match.Unknown(piece.Text);
        }
        if (!FieldTable.TryGet(name, out var field))
        {
            return new Match.Unknown(piece.Text);
        }
        if (name == "dl_vlan" && value is "0xffff" or "65535")
        {
            return new Match.Value(piece.Text, FieldTable.Get("vlan_tci"), 0, 0xffff);
        }
        if (FieldText.TryParse(field, value, out var wanted, out var mask))
        {
            return new Match.Value(piece.Text, field, wanted & mask, mask);
        }
        if (field.Format is FieldFormat.Port && PortReference.TryParse(value, out var port) && port.Name is { } portName)
        {
            return new Match.NamedPort(piece.Text, field, portName);
        }
        Report(piece.Column, $"\"{value}\" is no value of {name}", "paste the line as it was printed");
        return new Match.Unknown(piece.Text);
    }
}
