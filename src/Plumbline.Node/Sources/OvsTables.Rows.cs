using Plumbline.Node.Facts;
using Plumbline.Ovsdb;

namespace Plumbline.Node.Sources;

internal sealed partial class OvsTables
{
    /// <summary>A Bridge row laid over <paramref name="start"/>; without what hangs on it.</summary>
    private static OvsBridge Read(Row row, OvsBridge start)
    {
        var has = row.Columns;
        return start with
        {
            Uuid = has.ContainsKey("_uuid") ? row.Uuid : start.Uuid,
            DatapathType = has.ContainsKey("datapath_type") ? row.GetString("datapath_type") : start.DatapathType,
            DatapathId = has.ContainsKey("datapath_id") ? row.GetString("datapath_id") : start.DatapathId,
            FailMode = has.ContainsKey("fail_mode") ? row.GetString("fail_mode") : start.FailMode,
            Protocols = has.ContainsKey("protocols") ? row.GetStrings("protocols") : start.Protocols,
            ExternalIds = has.ContainsKey("external_ids") ? row.GetStringMap("external_ids") : start.ExternalIds,
            OtherConfig = has.ContainsKey("other_config") ? row.GetStringMap("other_config") : start.OtherConfig,
        };
    }

    /// <summary>A Port row laid over <paramref name="start"/>; without its interfaces.</summary>
    private static OvsPort Read(Row row, OvsPort start)
    {
        var has = row.Columns;
        return start with
        {
            Uuid = has.ContainsKey("_uuid") ? row.Uuid : start.Uuid,
            Tag = has.ContainsKey("tag") ? Number(row, "tag") : start.Tag,
            Trunks = has.ContainsKey("trunks") ? Numbers(row, "trunks") : start.Trunks,
            VlanMode = has.ContainsKey("vlan_mode") ? row.GetString("vlan_mode") : start.VlanMode,
            CustomerVlans = has.ContainsKey("cvlans") ? Numbers(row, "cvlans") : start.CustomerVlans,
            IsProtected = has.ContainsKey("protected") ? row.GetBoolean("protected") == true : start.IsProtected,
            BondMode = has.ContainsKey("bond_mode") ? row.GetString("bond_mode") : start.BondMode,
            BondActiveMember = has.ContainsKey("bond_active_slave") && row.GetString("bond_active_slave") is { Length: > 0 } active ? active : start.BondActiveMember,
            SpanningTreeState = SpanningTreeOf(row) ?? start.SpanningTreeState,
            ExternalIds = has.ContainsKey("external_ids") ? row.GetStringMap("external_ids") : start.ExternalIds,
            OtherConfig = has.ContainsKey("other_config") ? row.GetStringMap("other_config") : start.OtherConfig,
        };
    }

    private static string? SpanningTreeOf(Row row)
    {
        if (row.Columns.ContainsKey("status") && row.GetStringMap("status").TryGetValue("stp_state", out var state))
        {
            return state;
        }
        return row.Columns.ContainsKey("rstp_status") && row.GetStringMap("rstp_status").TryGetValue("rstp_port_state", out var rapid) ? rapid : null;
    }

    /// <summary>An Interface row laid over <paramref name="start"/>.</summary>
    private static OvsInterface Read(Row row, OvsInterface start)
    {
        var has = row.Columns;
        return start with
        {
            Uuid = has.ContainsKey("_uuid") ? row.Uuid : start.Uuid,
            Type = has.ContainsKey("type") ? row.GetString("type") ?? "" : start.Type,
            Options = has.ContainsKey("options") ? row.GetStringMap("options") : start.Options,
            ExternalIds = has.ContainsKey("external_ids") ? row.GetStringMap("external_ids") : start.ExternalIds,
            OfPort = has.ContainsKey("ofport") ? Number(row, "ofport") : start.OfPort,
            Error = has.ContainsKey("error") ? row.GetString("error") : start.Error,
            MacInUse = has.ContainsKey("mac_in_use") ? row.GetString("mac_in_use") : start.MacInUse,
            IfIndex = has.ContainsKey("ifindex") ? Number(row, "ifindex") : start.IfIndex,
            Mtu = has.ContainsKey("mtu") ? Number(row, "mtu") : start.Mtu,
            MtuRequest = has.ContainsKey("mtu_request") ? Number(row, "mtu_request") : start.MtuRequest,
            IngressPolicingRate = has.ContainsKey("ingress_policing_rate") ? Number(row, "ingress_policing_rate") : start.IngressPolicingRate,
            IngressPolicingBurst = has.ContainsKey("ingress_policing_burst") ? Number(row, "ingress_policing_burst") : start.IngressPolicingBurst,
            IngressPolicingPackets = has.ContainsKey("ingress_policing_kpkts_rate") ? Number(row, "ingress_policing_kpkts_rate") : start.IngressPolicingPackets,
            AdminState = has.ContainsKey("admin_state") ? row.GetString("admin_state") : start.AdminState,
            LinkState = has.ContainsKey("link_state") ? row.GetString("link_state") : start.LinkState,
        };
    }

    private static OvsMirror ReadMirror(Row row)
    {
        var statistics = row.GetStringMap("statistics");
        return new()
        {
            Uuid = row.Columns.ContainsKey("_uuid") ? row.Uuid : null,
            Name = row.GetString("name") ?? "",
            SelectAll = row.GetBoolean("select_all") ?? false,
            SelectSourcePorts = row.GetUuids("select_src_port"),
            SelectDestinationPorts = row.GetUuids("select_dst_port"),
            SelectVlans = Numbers(row, "select_vlan"),
            OutputPort = row.GetUuid("output_port"),
            OutputVlan = Number(row, "output_vlan"),
            SnapLength = Number(row, "snaplen"),
            Filter = row.GetString("filter"),
            SentPackets = Counter(statistics, "tx_packets"),
            SentBytes = Counter(statistics, "tx_bytes"),
            ExternalIds = row.GetStringMap("external_ids"),
        };
    }

    private static long? Counter(IReadOnlyDictionary<string, string> statistics, string name) =>
        statistics.TryGetValue(name, out var text)
        && long.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>An integer column that the schema keeps within 32 bits; a value beyond (a broken text) is as if not told.</summary>
    private static int? Number(Row row, string column) =>
        row.GetInteger(column) is { } value and >= int.MinValue and <= int.MaxValue ? (int)value : null;

    private static int[] Numbers(Row row, string column)
    {
        var values = row.GetIntegers(column);
        if (values.Count == 0)
        {
            return [];
        }
        var result = new int[values.Count];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = (int)Math.Clamp(values[i], int.MinValue, int.MaxValue);
        }
        return result;
    }
}
