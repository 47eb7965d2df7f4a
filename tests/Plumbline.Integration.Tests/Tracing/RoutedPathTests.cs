using System.Globalization;
using Plumbline.Diagnosis.Tracing;
using Plumbline.Integration.Tests.Labs;
using Plumbline.Integration.Tests.Tracing.Packets;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Operations.Labs;
using Plumbline.Testing;
using Xunit.Abstractions;

namespace Plumbline.Integration.Tests.Tracing;

/// <summary>
/// Trace against real packets where a router is between: two networks, floating IP and SNAT, metadata by router and DHCP server, DHCP; healthy
/// and with faults planted where the router and the servers are. The verdict must be what a ping, a connection or a DHCP client gets, and the
/// place that of the fault.
/// </summary>
public sealed class RoutedPathTests(ITestOutputHelper output)
{
    private const string Client = "udhcpc";

    [SkippableTheory]
    [InlineData("healthy", "hybrid", false)]
    [InlineData("healthy", "native", true)]
    [InlineData("router", "native", false)]
    [InlineData("gateway", "noop", true)]
    [InlineData("servers", "hybrid", false)]
    public async Task What_goes_through_a_router_does_what_is_predicted(string kind, string firewall, bool population)
    {
        LabFixture.SkipUnlessPossible();
        Root.SkipUnlessInstalled("conntrack");
        Root.SkipUnlessInstalled(Client);
        var own = new OwnLab(new()
        {
            Nodes = 2,
            Instances = 4,
            Tunnel = "vxlan",
            Firewall = firewall,
            L2Population = population,
            IPv6 = kind is "healthy" or "servers",
            Routed = true,
        });
        await own.InitializeAsync();
        var wrong = new List<string>();
        var tried = 0;
        var services = new List<GuestService>();
        try
        {
            services.AddRange(own.Lab.Instances.Select(i => new GuestService(i.NamespaceFile, [22, 80])));
            services.Add(new(own.Lab.Gateway!.HostNamespaceFile, [8080]));
            foreach (var path in Paths(kind, own.Lab))
            {
                await ChangeAsync(own.Lab, path.Plant);
                await ForgetAsync(own.Lab);
                var said = await AskAsync(own.Lab, path);
                var (isAnswered, isTold) = await SendAsync(own.Lab, path);
                if (path.IsTold is { } told && (isTold != told || !said.Notes.Any(n => n.StartsWith(told ? "the sender is told" : "the sender is NOT told", StringComparison.Ordinal))))
                {
                    wrong.Add($"{path.Name}: {string.Join("; ", said.Notes)}, really {(isTold ? "told" : "not told")}");
                }
                await ChangeAsync(own.Lab, path.Mend);
                tried++;
                if (isAnswered != (path.Ends is null) || said.Verdict != (isAnswered ? TraceVerdict.Delivered : TraceVerdict.Dropped)
                    || !isAnswered && (!said.Drop!.Place.StartsWith(path.Ends!, StringComparison.Ordinal)
                        || path.Phase is { } phase && said.Drop.Phase != phase))
                {
                    wrong.Add($"{path.Name}: {said.Verdict} {said.Drop?.Phase} {said.Drop?.Node} {said.Drop?.Place}: {said.Drop?.What} "
                        + $"{string.Join("; ", said.Unknowns)}, really {(isAnswered ? "answered" : "lost")}");
                }
            }
        }
        finally
        {
            services.ForEach(s => s.Dispose());
            await own.DisposeAsync();
        }
        output.WriteLine($"{tried} of {kind}, {firewall}");
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {tried} are wrong:\n{string.Join('\n', wrong)}");
    }

    private static IEnumerable<RoutedPath> Paths(string kind, LabDescription lab) => kind switch
    {
        "router" => RoutedPaths.OfRouter(lab),
        "gateway" => RoutedPaths.OfGateway(lab),
        "servers" => NftPaths.Of(lab).Concat(RoutedPaths.OfServers(lab)),
        _ => RoutedPaths.Healthy(lab),
    };

    private static async Task<TraceResult> AskAsync(LabDescription lab, RoutedPath path)
    {
        var nodes = new List<Topology>();
        foreach (var node in lab.Nodes)
        {
            nodes.Add(Topology.Build(await LiveNode.ReadAsync(node.Access, SnapshotScope.Everything, default)));
        }
        return new Tracer(nodes, null).Ask(new()
        {
            IsCold = true,
            From = path.From,
            To = path.To,
            Protocol = (byte)(path.IsRefused ? 17 : path.Port == 0 ? 1 : 6),
            IsRefused = path.IsRefused,
            DestinationPort = (ushort)path.Port,
            Size = path.Size,
        });
    }

    private static async Task<(bool IsAnswered, bool IsTold)> SendAsync(LabDescription lab, RoutedPath path)
    {
        var file = path.From == "outside" ? lab.Gateway!.HostNamespaceFile : lab.Instances.First(i => i.Name == path.From).NamespaceFile;
        if (path.To == "dhcp")
        {
            var asked = await LabFixture.RunAsync(file, Client, "-i", "eth0", "-f", "-n", "-q", "-t", "2", "-T", "1", "-s", "/bin/true");
            return (asked.ExitCode == 0, false);
        }
        var size = path.Size is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"-M do -s {bytes - 28} ") : "";
        var command = path.Port == 0 ? $"ping -n -c 2 -i 0.2 -W 0.6 {size}{path.Address}"
            : path.IsRefused
                ? $"bash -c 'exec 3<>/dev/udp/{path.Address}/{path.Port.ToString(CultureInfo.InvariantCulture)}; echo x >&3; sleep 0.3; echo y >&3'"
            : $"timeout 1 bash -c 'exec 3<>/dev/tcp/{path.Address}/{path.Port.ToString(CultureInfo.InvariantCulture)}'";
        var sent = await LabFixture.RunAsync(file, "sh", "-c", command);
        return (path.IsRefused ? sent.Errors.Contains("refused", StringComparison.Ordinal) : sent.ExitCode == 0,
            sent.Output.Contains("Frag needed", StringComparison.Ordinal));
    }

    /// <summary>Neighbours and connections of earlier packets.</summary>
    private static async Task ForgetAsync(LabDescription lab)
    {
        var flush = string.Concat(lab.Instances.Select(i => i.NamespaceFile)
            .Concat(lab.RouterPorts.Concat(lab.DhcpServers).Select(s => s.NamespaceFile).Distinct()).Append(lab.Gateway!.HostNamespaceFile)
            .Select(file => $"nsenter --net={file} ip neigh flush all; "));
        await LabFixture.RunAsync(lab.Router.NamespaceFile, "sh", "-c", "conntrack -F; " + flush);
        foreach (var node in lab.Nodes)
        {
            await LabFixture.RunAsync(node.Access.NamespaceFile!, "sh", "-c",
                $"conntrack -F; OVS_RUNDIR={node.Access.OvsRunDirectory} ovs-appctl dpctl/flush-conntrack");
        }
    }

    private static async Task ChangeAsync(LabDescription lab, string command)
    {
        if (command.Length == 0)
        {
            return;
        }
        var node = lab.Nodes.First(n => n.Name == lab.Router.Node);
        string In(LabServer server) => $"'nsenter --net={server.NamespaceFile}'";
        var names = $"export OVS_RUNDIR={node.Access.OvsRunDirectory} ROUTER={In(lab.Router)} DHCP={In(lab.DhcpServers[0])} DHCP2={In(lab.DhcpServers[1])} "
            + $"QR={lab.RouterPorts[0].Device} QR2={lab.RouterPorts[1].Device} QG={lab.Gateway!.Port.Device} "
            + $"TAP={lab.DhcpServers[0].Device} TAP2={lab.DhcpServers[1].Device}; ";
        var done = await LabFixture.RunAsync(node.Access.NamespaceFile!, "sh", "-c", names + command);
        Assert.True(done.ExitCode == 0, $"{command}: {done.Errors}{done.Output}");
    }
}
