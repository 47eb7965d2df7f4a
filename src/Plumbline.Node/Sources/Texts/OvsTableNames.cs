namespace Plumbline.Node.Sources.Texts;

/// <summary>Which table of the Open_vSwitch database a listing is, by its columns.</summary>
internal static class OvsTableNames
{
    private static readonly string[] _names = ["Open_vSwitch", "Bridge", "Port", "Interface", "Mirror", "Controller", "Manager"];

    /// <summary>The table; null where these columns do not tell.</summary>
    public static string? Of(string[] columns)
    {
        bool Has(string column) => Array.IndexOf(columns, column) >= 0;
        return Has("ovs_version") || Has("next_cfg") || Has("manager_options") ? "Open_vSwitch"
            : Has("datapath_type") || Has("fail_mode") || Has("datapath_id") ? "Bridge"
            : Has("output_port") || Has("select_all") || Has("select_src_port") ? "Mirror"
            : Has("interfaces") || Has("tag") || Has("trunks") || Has("vlan_mode") ? "Port"
            : Has("ofport") || Has("mac_in_use") || Has("admin_state") || Has("ofport_request") || Has("options") ? "Interface"
            : Has("target") && (Has("local_gateway") || Has("controller_burst_limit")) ? "Controller"
            : Has("target") && Has("connection_mode") ? "Manager"
            : null;
    }

    /// <summary>The name as the schema writes it; ovs-vsctl takes any case, and abbreviations. Null for tables that tell us nothing.</summary>
    public static string? Canonical(string typed)
    {
        foreach (var name in _names)
        {
            if (name.StartsWith(typed.Replace('-', '_'), StringComparison.OrdinalIgnoreCase))
            {
                return name;
            }
        }
        return null;
    }
}
