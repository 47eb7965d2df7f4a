namespace Plumbline.Diagnosis.Tests.Checking;

/// <summary>What is unusual and hurts nobody, each alone in the healthy deployment.</summary>
internal static class HarmlessPlants
{
    private const string Web1 = "6ef565e0-4a";

    public static IReadOnlyDictionary<string, Func<Deployment, Deployment>> All { get; } = new Dictionary<string, Func<Deployment, Deployment>>
    {
        ["nothing_at_all"] = d => d,
        ["only_one_node_told"] = d => d.Only("cmp1"),
        ["forward_policy_drop"] = d => d.Rules("cmp1", "iptables-save", l => l.Replace(":FORWARD ACCEPT", ":FORWARD DROP", StringComparison.Ordinal)),
        ["a_flood_flow_restored_by_hand"] = d => d.Flows("cmp1", "br-tun", l => l.Contains("dl_vlan=1 ", StringComparison.Ordinal)
            ? l.Replace("cookie=0xab0b352fa83e9b57", "cookie=0x0", StringComparison.Ordinal) : l),
        ["a_port_flow_restored_by_hand"] = d => d.Flows("cmp1", "br-int", l => l.Contains("arp_spa=10.1.0.11", StringComparison.Ordinal)
            ? l.Replace("cookie=0x2ef7a65128ce4ff5", "cookie=0x0", StringComparison.Ordinal) : l),
        ["a_flow_in_a_table_nobody_reaches"] = d => d.AddFlow("cmp1", "br-int",
            " cookie=0x0, duration=5.1s, table=99, n_packets=0, n_bytes=0, idle_age=5, priority=1 actions=drop"),
        ["a_drop_of_a_vlan_that_nobody_has"] = d => d.AddFlow("cmp1", "br-int",
            " cookie=0x0, duration=5.1s, table=0, n_packets=0, n_bytes=0, idle_age=5, priority=100,dl_vlan=3999 actions=drop"),
        ["old_arp_drops"] = d => d.Flows("cmp1", "br-int", l => l.Contains("table=24", StringComparison.Ordinal) && l.Contains("priority=0", StringComparison.Ordinal)
            ? l.Replace("n_packets=0", "n_packets=37", StringComparison.Ordinal).Replace("idle_age=64", "idle_age=76", StringComparison.Ordinal) : l),
        ["old_spoof_drops"] = d => d.Rules("cmp1", "iptables-save", l => l.Contains("-s6ef565e0-4 -m comment", StringComparison.Ordinal)
            ? l.Replace("[0:0]", "[12:960]", StringComparison.Ordinal) : l),
        ["trunks_beside_a_tag"] = d => d.Port("cmp1", "qvo" + Web1, p => p with { Trunks = [7] }),
        ["many_fallback_drops"] = d => d.Rules("cmp1", "iptables-save", l => l.Contains("sg-fallback -m comment", StringComparison.Ordinal)
            ? "[99999:9999999]" + l[l.IndexOf(']', StringComparison.Ordinal)..][1..] : l),
    };
}
