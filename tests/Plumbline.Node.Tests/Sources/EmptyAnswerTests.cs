using Plumbline.Iptables;
using Plumbline.Node.Firewalls;
using Plumbline.Node.Sources;

namespace Plumbline.Node.Tests.Sources;

/// <summary>A command that printed nothing: that there is nothing, or that nobody knows.</summary>
public sealed class EmptyAnswerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plt-empty-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Theory]
    [InlineData("""{"iptables-save.txt": {"command": "iptables-save -c", "rc": 0}}""", true)]
    [InlineData("""{"iptables-save.txt": "iptables-save"}""", true)]
    [InlineData("""{"iptables-save.txt": {"command": "iptables-save -c", "rc": 1, "stderr": "you must be root"}}""", false)]
    [InlineData("""{"iptables-save.txt": {"command": "iptables-save -t nat", "rc": 0}}""", false)]
    [InlineData("""{"iptables-save.txt": {"command": "ip6tables-save", "rc": 0}}""", false)]
    [InlineData("{}", false)]
    public void A_save_that_ended_well_and_printed_nothing_says_that_there_are_no_rules(string manifest, bool isTold)
    {
        File.WriteAllText(Path.Combine(_folder, "MANIFEST.json"), manifest);
        File.WriteAllText(Path.Combine(_folder, "iptables-save.txt"), "");
        File.WriteAllText(Path.Combine(_folder, "ip-link.txt"), """
            1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000
                link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00

            """);
        var own = NodeFirewall.Read(OfflineNode.Read(_folder)).Own;
        Assert.Equal(isTold, own.IsTold(IPFamily.IPv4));
        Assert.Equal(isTold, own.IPv4 is { Tables.Count: 0 });
    }

    [Fact]
    public void A_DHCP_servers_list_of_nobody_is_a_list()
    {
        const string Network = "3b487391-2343-4f72-844c-351a25845527";
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "var", "lib", "neutron", "dhcp", Network)).FullName;
        File.WriteAllText(Path.Combine(folder, "host"), "");
        File.WriteAllText(Path.Combine(folder, "addn_hosts"), "10.1.0.11\thost-10-1-0-11.openstacklocal\n");
        File.WriteAllText(Path.Combine(_folder, "ip-link.txt"), "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN\n");
        Assert.Contains(OfflineNode.Read(_folder).Files!, f => f.Path.EndsWith($"/dhcp/{Network}/host", StringComparison.Ordinal) && f.Text.Trim().Length == 0);
    }
}
