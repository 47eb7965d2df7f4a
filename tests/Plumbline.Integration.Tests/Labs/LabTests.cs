using Plumbline.Integration.Tests.Capturing;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Operations;
using Plumbline.Operations.Labs;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Labs;

/// <summary>One node with two VMs: is it what the first article shows, and does it work?</summary>
public sealed class LabTests(LabFixture fixture) : IClassFixture<LabFixture>
{
    private LabDescription Lab => fixture.Lab;

    private LabNode Node => Lab.Nodes[0];

    [SkippableFact]
    public async Task Every_line_of_the_article_s_show_is_in_the_lab_s()
    {
        var article = SharedFiles.Require("cases/articles/ovs-vsctl-show.txt");
        var show = await VsctlAsync("show");
        // quoting and UUID differ by version and database; the lab's datapath runs in user space, and its servers are on this node
        foreach (var line in File.ReadLines(article)
            .Where(l => l.Length > 0 && l[0] == ' ' && !l.Contains("ovs_version", StringComparison.Ordinal)))
        {
            Assert.Contains(Plain(line), show.Split('\n').Select(Plain));
        }
        Assert.Equal("1\n", await VsctlAsync("get", "Port", "qvobee51cf7-fb", "tag"));

        static string Plain(string line) => line.Replace("\"", "", StringComparison.Ordinal).TrimEnd();
    }

    [SkippableFact]
    public async Task Every_VM_has_its_address_from_dnsmasq_and_pings_the_router()
    {
        var status = await Operations.Labs.Lab.GetStatusAsync(Lab, default);
        Assert.True(status.IsWell);
        Assert.All(status.Instances, i => Assert.Equal($"{i.Address}/24", i.Lease));
        var leases = await File.ReadAllTextAsync($"{Node.Directory}/dhcp/{Lab.NetworkId}/leases");
        Assert.All(Lab.Instances, i => Assert.Contains($" {i.Mac} {i.Address} ", leases, StringComparison.Ordinal));
        Assert.Contains($"mtu {Lab.Mtu}", await GuestAsync(0, "ip", "link", "show", "eth0"), StringComparison.Ordinal);
        Assert.Contains("default via 172.16.0.1", await GuestAsync(0, "ip", "route"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_walkthrough_s_file_says_what_is_in_force()
    {
        var file = Path.Join(SharedFiles.RepositoryRoot, "docs", "lab.yaml");
        var diff = await LabFixture.PlumbAsync("--lab-dir", Lab.Directory, "diff", file, "--lab");
        Assert.StartsWith("no difference, 2 ports compared", diff.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task VMs_ping_each_other_with_frames_of_the_full_MTU_through_both_ports_chains()
    {
        var size = (Lab.Mtu - 28).ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains(" 0% packet loss",
            await GuestAsync(0, "ping", "-n", "-c", "2", "-i", "0.2", "-W", "2", "-M", "do", "-s", size, Lab.Instances[1].Address.ToString()),
            StringComparison.Ordinal);
        var rules = await NodeAsync("iptables-save", "-c");
        foreach (var chain in Lab.Instances.SelectMany(i => new[] { "i", "o", "s" }.Select(k => $"-A neutron-openvswi-{k}{i.PortId[..10]} ")))
        {
            Assert.Contains(rules.Split('\n'),
                r => r.Contains(chain, StringComparison.Ordinal) && !r.StartsWith("[0:0]", StringComparison.Ordinal));
        }
    }

    [SkippableFact]
    public async Task A_VM_that_takes_another_address_is_heard_by_nobody()
    {
        await GuestAsync(1, "ip", "address", "add", "172.16.0.99/24", "dev", "eth0");
        try
        {
            using var inside = Plumbline.Linux.NetworkNamespace.Open(Lab.Instances[1].NamespaceFile);
            var ping = await Plumbline.Linux.Processes.CommandRunner.RunAsync(
                inside, "ping", ["-n", "-c", "1", "-W", "1", "-I", "172.16.0.99", "172.16.0.1"], null, null, default);
            Assert.Contains("100% packet loss", ping.Output, StringComparison.Ordinal);
        }
        finally
        {
            await GuestAsync(1, "ip", "address", "del", "172.16.0.99/24", "dev", "eth0");
        }
    }

    [SkippableFact]
    public async Task Taps_are_real_ones_and_their_MACs_are_the_guests_with_first_byte_fe()
    {
        using var own = Plumbline.Linux.NetworkNamespace.Open(Node.Access.NamespaceFile!);
        using var netlink = RouteNetlink.Open(own);
        var tap = netlink.FindLink("tapbee51cf7-fb")!;
        Assert.Equal("tun", tap.Kind);
        Assert.True(Assert.IsType<LinkData.Tun>(tap.Data).IsTap);
        Assert.Equal("fe:16:3e:10:00:0b", tap.Address.ToString());
        Assert.Equal("1", Plumbline.Linux.Sysctl.Read(own, "net.bridge.bridge-nf-call-iptables"));
        Assert.Contains("fa:16:3e:10:00:0b", await GuestAsync(0, "ip", "link", "show", "eth0"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Plumb_itself_reads_the_lab_as_a_node_without_troubles()
    {
        var snapshot = await LiveNode.ReadAsync(Node.Access, SnapshotScope.Everything, default);
        var topology = Topology.Build(snapshot);
        Assert.Equal("compute-opt", snapshot.Host);
        var vif = Assert.Single(topology.Vifs, v => v.InstanceName == "test-vm");
        Assert.Equal(Lab.Instances[0].PortId, vif.PortId);
        Assert.Equal(["172.16.0.11"], vif.IPAddresses);
        Assert.Equal(Lab.SegmentationId, vif.Network?.SegmentationId);
        Assert.Empty(topology.Vifs.SelectMany(v => v.Troubles));
        Assert.Equal(2, topology.Elements.Count(e => e.Kind == ElementKind.Tunnel));
    }

    [SkippableFact]
    public async Task A_second_up_finds_it_and_another_kind_is_refused()
    {
        Assert.Equal(Lab.Directory, Operations.Labs.Lab.Find(fixture.Options.Directory)?.Directory);
        var (_, wasMade) = await Operations.Labs.Lab.UpAsync(fixture.Options, _ => { }, default);
        Assert.False(wasMade);
        Assert.False((await Operations.Labs.Lab.UpAsync(new() { Directory = Lab.Directory }, _ => { }, default)).WasMade);
        var refused = await Assert.ThrowsAsync<OperationsException>(() =>
            Operations.Labs.Lab.UpAsync(fixture.Options with { Nodes = 2 }, _ => { }, default));
        Assert.Equal("a lab of another kind is up: 1 node, 2 VMs, gre; asked for: 2 nodes, 2 VMs, gre", refused.Problem.What);
    }

    [SkippableFact]
    public async Task Inside_a_node_stock_tools_and_plumb_work_on_the_lab_and_inside_a_VM_its_own_network_is_seen()
    {
        Assert.Equal("br-int\nbr-tun\n", await ExecAsync("--", "ovs-vsctl", "list-br"));
        var namespaces = await ExecAsync("compute-opt", "--", "ip", "netns");
        Assert.Contains(Lab.Router.Namespace, namespaces, StringComparison.Ordinal);
        Assert.Equal(2, namespaces.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("tapbee51cf7-fb", await ExecAsync("--", "ls", "/sys/class/net"), StringComparison.Ordinal);
        Assert.Contains("test-vm", await ExecAsync("--", PlumbProcess.Program, "ports"), StringComparison.Ordinal);
        Assert.Contains("172.16.0.11/24", await ExecAsync("test-vm", "--", "ip", "address"), StringComparison.Ordinal);
        var wrong = await LabFixture.PlumbAsync("lab", "exec", "vm-9", "--lab-dir", Lab.Directory, "--", "true");
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("compute-opt, test-vm, vm-2", wrong.Errors, StringComparison.Ordinal);
        var five = await LabFixture.PlumbAsync("lab", "exec", "--lab-dir", Lab.Directory, "--", "sh", "-c", "exit 5");
        Assert.Equal(5, five.ExitCode);
    }

    [SkippableFact]
    public async Task Status_is_well_and_says_so_in_its_exit_status_and_as_JSON()
    {
        var status = await LabFixture.PlumbAsync("lab", "status", "--json", "--lab-dir", Lab.Directory);
        Assert.Equal(0, status.ExitCode);
        using var json = System.Text.Json.JsonDocument.Parse(status.Output);
        Assert.True(json.RootElement.GetProperty("isWell").GetBoolean());
        Assert.Equal("test-vm", json.RootElement.GetProperty("instances")[0].GetProperty("name").GetString());
    }

    private async Task<string> VsctlAsync(params string[] arguments) =>
        await NodeAsync("ovs-vsctl", [$"--db={Node.Access.OvsdbEndpoint}", .. arguments]);

    private async Task<string> NodeAsync(string program, params string[] arguments) =>
        Succeeded(await LabFixture.RunAsync(Node.Access.NamespaceFile!, program, arguments));

    private async Task<string> GuestAsync(int index, string program, params string[] arguments) =>
        Succeeded(await LabFixture.RunAsync(Lab.Instances[index].NamespaceFile, program, arguments));

    private async Task<string> ExecAsync(params string[] arguments) =>
        Succeeded(await LabFixture.PlumbAsync(["--lab-dir", Lab.Directory, "lab", "exec", .. arguments]));

    private static string Succeeded(Plumbline.Linux.Processes.CommandResult result)
    {
        Assert.True(result.ExitCode == 0, result.Errors + result.Output);
        return result.Output;
    }
}
