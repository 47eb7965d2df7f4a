using System.Text;
using Plumbline.Neutron.Intent;
using Plumbline.Neutron.SecurityGroups;

namespace Plumbline.Neutron.Tests.SecurityGroups;

public sealed class FirewallPlannerTests
{
    private const string Short = """
        ports:
          - {id: 7f6c1c2e-4b1a-4c7e-9d53-0a1b2c3d4e5f, mac: 'fa:16:3e:00:00:01', ip: 10.0.0.11, groups: web}
        groups:
          web: {rules: [in tcp 22, in udp 53 from 192.0.2.0/24, out any]}
        """;

    [Fact]
    public void A_short_file_means_what_the_API_would_say()
    {
        var node = Node(Short);
        Assert.Equal("web", Assert.Single(node.Ports).SecurityGroups[0]);
        var rules = node.Groups[0].Rules;
        Assert.Equal(new SecurityGroupRule { IsIngress = true, Protocol = "tcp", PortRangeMin = 22, PortRangeMax = 22 }, rules[0]);
        Assert.Equal("192.0.2.0/24", rules[1].RemoteIPPrefix);
        Assert.False(rules[2].IsIngress);
    }

    [Fact]
    public void All_complaints_come_at_once()
    {
        var error = Assert.Throws<NeutronException>(() => Node(Short.Replace("udp 53", "udp 0", StringComparison.Ordinal)
            .Replace("groups: web", "groups: [web, nowhere]", StringComparison.Ordinal)));
        Assert.Contains("a port is 1 to 65535", error.Message, StringComparison.Ordinal);
        Assert.Contains("nowhere", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Foreign_rules_stay_and_an_equal_state_needs_nothing()
    {
        const string Foreign = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -j LOG\n-A FORWARD -j LOG\nCOMMIT\n";
        var wanted = HybridFirewall.Compile(Node(Short).Ports, Node(Short).Groups);
        var plan = FirewallPlanner.Apply(FirewallSnapshot.Parse(Foreign, false, "neutron-openvswi"), wanted);
        Assert.DoesNotContain("LOG", plan.RestoreText, StringComparison.Ordinal);
        Assert.Contains("-I FORWARD 1 -j neutron-filter-top\n-I FORWARD 2 -j neutron-openvswi-FORWARD\n", plan.RestoreText, StringComparison.Ordinal);
    }

    [Fact]
    public void Single_ports_by_multiport_mean_what_they_did()
    {
        var rule = "-s 192.0.2.0/24 -p udp -m udp --sport 67 --dport 68 -j RETURN";
        Assert.Equal("-s 192.0.2.0/24 -p udp -m multiport --sports 67 -m multiport --dports 68 -j RETURN", BulkForm.Of(rule));
        Assert.Equal(rule, BulkForm.Back(BulkForm.Of(rule)));
        var range = "-p tcp -m tcp -m multiport --dports 80:90 -j RETURN";
        Assert.Equal(range, BulkForm.Back(BulkForm.Of(range)));
    }

    private static NodeIntent Node(string yaml) =>
        NodeIntent.Of(NeutronIntent.Read([IntentText.Read(Encoding.UTF8.GetBytes(yaml), "file")]), null, "file");
}
