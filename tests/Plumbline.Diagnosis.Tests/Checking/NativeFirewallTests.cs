namespace Plumbline.Diagnosis.Tests.Checking;

/// <summary>The native firewall's flows, in the shape that Neutron 21 writes them, on cmp1 of the recorded deployment.</summary>
public sealed class NativeFirewallTests
{
    private const string Int = "br-int";

    [SkippableFact]
    public void Its_own_cookie_and_its_drops_are_not_foreign() => Assert.Empty(Native().Check().Findings.Select(f => $"{f.Id} {f.Object}"));

    [SkippableTheory]
    [InlineData("table=60", "in_port=9")]
    [InlineData("table=60", "dl_dst=fa:16:3e:4c:21:be")]
    [InlineData("table=71", "nw_src=10.1.0.11,in_port=9")]
    [InlineData("table=71", "arp,in_port=9")]
    public void A_flow_of_a_port_that_is_gone_is_missed(string table, string word)
    {
        var report = Native().WithoutFlows("cmp1", Int, table, word).Check();
        Assert.Equal(["flow-missing br-int qvo6ef565e0-4a"], report.Findings.Select(f => $"{f.Id} {f.Object}"));
    }

    private static Deployment Native()
    {
        var healthy = Deployment.Healthy;
        const string Cookie = " cookie=0x77aa00bb11cc22dd, duration=20.1s, ";
        var flows = new List<string>
        {
            $"{Cookie}table=71, n_packets=7, n_bytes=0, priority=10,ct_state=-trk,reg5=0x9 actions=resubmit(,93)",
            $"{Cookie}table=93, n_packets=31, n_bytes=900, priority=0 actions=drop",
            $"{Cookie}table=82, n_packets=2, n_bytes=0, priority=50,ct_state=+inv+trk actions=resubmit(,93)",
            $"{Cookie}table=72, n_packets=12, n_bytes=0, priority=40,ct_mark=0x1,reg5=0x9 actions=drop",
        };
        foreach (var (port, mac, address, vlan) in new[]
        {
            (3, "fa:16:3e:92:00:b4", "10.1.0.21", 1), (4, "fa:16:3e:10:e3:4e", "10.2.0.11", 4), (5, "fa:16:3e:a9:be:b5", "10.7.0.11", 2),
            (6, "fa:16:3e:cb:ea:8b", "10.1.0.31", 1), (8, "fa:16:3e:1a:b2:fc", "10.1.0.11", 3), (9, "fa:16:3e:4c:21:be", "10.1.0.11", 1),
        })
        {
            flows.Add($"{Cookie}table=60, n_packets=7, priority=100,in_port={port} actions=load:0x{port:x}->NXM_NX_REG5[],load:0x{vlan:x}->NXM_NX_REG6[],resubmit(,71)");
            flows.Add($"{Cookie}table=60, n_packets=7, priority=90,dl_vlan={vlan},dl_dst={mac} actions=load:0x{port:x}->NXM_NX_REG5[],load:0x{vlan:x}->NXM_NX_REG6[],strip_vlan,resubmit(,81)");
            flows.Add($"{Cookie}table=71, n_packets=7, priority=95,arp,in_port={port},dl_src={mac},arp_spa={address} actions=resubmit(,94)");
            flows.Add($"{Cookie}table=71, n_packets=7, priority=65,ip,dl_src={mac},nw_src={address},in_port={port} actions=ct(table=72,zone=NXM_NX_REG6[0..15])");
            flows.Add($"{Cookie}table=81, n_packets=7, priority=90,ct_state=-trk,ip,reg5=0x{port:x} actions=ct(table=82,zone=NXM_NX_REG6[0..15])");
        }
        return healthy.Node("cmp1", s => s with
        {
            Files = [.. s.Files!.Select(f => f with { Text = f.Text.Replace("firewall_driver = iptables_hybrid", "firewall_driver = openvswitch", StringComparison.Ordinal) })],
        }).Flows("cmp1", Int, l => l.Contains("table=24, ", StringComparison.Ordinal) && !l.Contains("priority=0", StringComparison.Ordinal)
            || l.Contains("table=25, ", StringComparison.Ordinal) || l.Contains("resubmit(,24)", StringComparison.Ordinal)
            || l.Contains("resubmit(,25)", StringComparison.Ordinal) ? null : l, [.. flows]);
    }
}
