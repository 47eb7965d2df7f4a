using System.Diagnostics;
using System.Globalization;
using System.Net;
using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Flows;
using Plumbline.OpenFlow.Groups;
using Plumbline.OpenFlow.Ports;
using Plumbline.OpenFlow.Simulation;
using Plumbline.Ovsdb;
using Plumbline.Testing;
using Plumbline.Testing.Ovsdb;

namespace Plumbline.Integration.Tests.OpenFlow;

/// <summary>
/// A real Open vSwitch of a test's own, with the userspace datapath, in a namespace of its own; ports without a device of their own are
/// of type dummy. Ended and removed with it.
/// </summary>
internal sealed class TraceSwitch : IAsyncDisposable
{
    private readonly TestNamespace _own = TestNamespace.Create("trace");
    private readonly Dictionary<(string Bridge, int Port), string> _datapathPorts = [];
    private RealOvsdbServer _server = null!;    // set by StartAsync, the only way to get one
    private Process _switch = null!;
    private UnixControl _control = null!;

    public static async Task<TraceSwitch> StartAsync()
    {
        Skip.If(RealOvsdbServer.WhyNot() is not null, RealOvsdbServer.WhyNot());
        Root.SkipUnlessRoot();
        Root.SkipUnlessInstalled("ovs-vswitchd");
        Root.SkipUnlessInstalled("ovs-ofctl");
        var made = new TraceSwitch();
        try
        {
            made._server = await RealOvsdbServer.StartAsync();
            made.VsCtl("--no-wait", "init");
            made._switch = made.Start(
                "ovs-vswitchd",
                "unix:" + made._server.Socket,
                "--pidfile=" + Path.Combine(made._server.Directory, "ovs-vswitchd.pid"),
                "--log-file=" + Path.Combine(made._server.Directory, "ovs-vswitchd.log"),
                "--enable-dummy",
                "-vconsole:off");
            made.VsCtl("show");
            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs ovs-vsctl, and waits until the switch has done what it says.</summary>
    public void VsCtl(params string[] arguments) => _own.Run(
        "ovs-vsctl", ["--db=unix:" + _server.Socket, "--timeout=30", .. arguments]);

    /// <summary>Runs a program in the switch's namespace.</summary>
    public void Run(string program, params string[] arguments) => _own.Run(program, arguments);

    /// <summary>
    /// Makes bridges with these ports, and learns the datapath's numbers of them. A bridge that has no LOCAL among its ports has one all
    /// the same. Where there are tunnels, <paramref name="underlay"/> gets the address of this node, and the other ends are its
    /// neighbours.
    /// </summary>
    public async Task BuildAsync(IReadOnlyDictionary<string, IReadOnlyList<PortFacts>> bridges, string? underlay)
    {
        var arguments = new List<string>();
        foreach (var (bridge, ports) in bridges)
        {
            arguments.AddRange(["--", "add-br", bridge, "--", "set", "bridge", bridge, "datapath_type=netdev", "fail_mode=secure"]);
            foreach (var port in ports.Where(p => p.Number != OfPort.Local && p.Bond is null))
            {
                arguments.AddRange(["--", "add-port", bridge, port.Name, .. ColumnsOf(port), "--", "set", "interface", .. InterfaceOf(port)]);
            }
            foreach (var bond in ports.Where(p => p.Bond is not null).GroupBy(p => p.Bond!))
            {
                arguments.AddRange(["--", "add-bond", bridge, bond.Key, .. bond.Select(p => p.Name), "bond_mode=active-backup"]);
                foreach (var member in bond)
                {
                    arguments.AddRange(["--", "set", "interface", .. InterfaceOf(member)]);
                }
            }
        }
        VsCtl([.. arguments.Skip(1)]);
        await ConnectAsync();
        Underlay = _datapathPorts.Where(p => p.Key.Bridge == underlay).Select(p => p.Value).ToHashSet();
        var tunnels = bridges.Values.SelectMany(p => p).Select(p => p.Tunnel).OfType<TunnelFacts>().ToList();
        if (underlay is null || tunnels.Count == 0)
        {
            return;
        }
        Run("ip", "address", "add", tunnels.First(t => t.Local is not null).Local + "/24", "dev", underlay);
        Run("ip", "link", "set", underlay, "up");
        foreach (var remote in tunnels.Select(t => t.Remote).OfType<IPAddress>().Distinct())
        {
            await AppCtlAsync("tnl/arp/set", underlay, remote.ToString(), $"02:00:00:00:00:{remote.GetAddressBytes()[3]:x2}");
        }
        await WaitForRouteAsync(underlay);
    }

    private async Task WaitForRouteAsync(string underlay)
    {
        for (var deadline = DateTime.UtcNow.AddSeconds(20); DateTime.UtcNow < deadline; await Task.Delay(20))
        {
            if ((await AppCtlAsync("ovs/route/show")).Contains($"dev {underlay} SRC", StringComparison.Ordinal))
            {
                return;
            }
        }
        Assert.Fail("ovs-vswitchd did not see the route to the other nodes");
    }

    private static IEnumerable<string> ColumnsOf(PortFacts port)
    {
        if (port.Tag is { } tag)
        {
            yield return $"tag={tag}";
        }
        if (port.VlanMode is { } mode)
        {
            yield return "vlan_mode=" + mode switch
            {
                VlanMode.NativeTagged => "native-tagged",
                VlanMode.NativeUntagged => "native-untagged",
                VlanMode.Dot1qTunnel => "dot1q-tunnel",
                VlanMode.Access => "access",
                _ => "trunk",
            };
        }
        if (port.Trunks.Count > 0)
        {
            yield return "trunks=" + string.Join(',', port.Trunks);
        }
        if (port.CustomerVlans.Count > 0)
        {
            yield return "cvlans=" + string.Join(',', port.CustomerVlans);
        }
        if (port.PriorityTags is { } priorityTags)
        {
            yield return "other_config:priority-tags=" + priorityTags;
        }
        if (port.IsProtected)
        {
            yield return "protected=true";
        }
    }

    private static IEnumerable<string> InterfaceOf(PortFacts port)
    {
        yield return port.Name;
        yield return $"ofport_request={port.Number}";
        if (port.IsPatch)
        {
            yield return "type=patch";
            yield return "options:peer=" + (port.PatchPeer ?? "nobody");
        }
        else if (port.Tunnel is { } tunnel)
        {
            yield return "type=" + tunnel.Type;
            yield return "options:remote_ip=" + (tunnel.Remote?.ToString() ?? "flow");
            yield return "options:out_key=" + (tunnel.OutKey?.ToString(CultureInfo.InvariantCulture) ?? "flow");
            yield return "options:in_key=" + (tunnel.InKey?.ToString(CultureInfo.InvariantCulture) ?? "flow");
            if (tunnel.EgressPacketMark is { } mark)
            {
                yield return $"options:egress_pkt_mark={mark}";
            }
            if (tunnel.Local is { } local)
            {
                yield return "options:local_ip=" + local;
            }
        }
        else
        {
            yield return "type=dummy";
        }
    }

    private async Task ConnectAsync()
    {
        _control = await UnixControl.ConnectAsync(_server.Directory, "ovs-vswitchd", TimeSpan.FromSeconds(20), default);
        var bridge = "";
        foreach (var line in (await AppCtlAsync("dpif/show")).Split('\n'))
        {
            var words = line.Split([' ', '/', ':'], StringSplitOptions.RemoveEmptyEntries);
            if (line.StartsWith("    ", StringComparison.Ordinal))
            {
                _datapathPorts[(bridge, int.Parse(words[1], CultureInfo.InvariantCulture))] = words[2];
            }
            else if (line.StartsWith("  ", StringComparison.Ordinal))
            {
                bridge = words[0];
            }
        }
    }

    public Task<string> AppCtlAsync(string command, params string[] arguments) => _control.RunAsync(command, arguments, default);

    public string DatapathPort(string bridge, int port) => _datapathPorts[(bridge, port)];

    /// <summary>Replaces all flows and groups of a bridge; returns what the switch then says it has.</summary>
    public (string Flows, string Groups) Load(string bridge, string flows, string groups = "")
    {
        OfCtl("del-flows", bridge);
        OfCtl("del-groups", bridge);
        var file = Path.Combine(_server.Directory, "load.txt");
        if (groups.Length > 0)
        {
            File.WriteAllText(file, groups);
            OfCtl("add-groups", bridge, file);
        }
        // OpenFlow 1.0 allows what later versions call inconsistent, but has not all of their actions
        var later = flows.Split('\n').ToLookup(NeedsLaterVersion);
        AddFlows(bridge, "OpenFlow10", [.. later[false]], file);
        AddFlows(bridge, "OpenFlow15", [.. later[true]], file);
        return (Dump("dump-flows", bridge), Dump("dump-groups", bridge));
    }

    /// <summary>Flows that the switch refuses (a field without what it needs, a tag to strip where none can be) are left out.</summary>
    private void AddFlows(string bridge, string version, List<string> flows, string file)
    {
        while (true)
        {
            File.WriteAllText(file, string.Join('\n', flows));
            var start = new ProcessStartInfo("ovs-ofctl", ["-O", version, "add-flows", Address(bridge), file])
            {
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode == 0)
            {
                return;
            }
            var words = errors.Split(file + ":");
            Assert.True(words.Length > 1, errors);
            var line = int.Parse(words[1].Split(':')[0], CultureInfo.InvariantCulture) - 1;
            Refused.Add($"{flows[line]}: {words[1]}");
            flows.RemoveAt(line);
        }
    }

    /// <summary>Datapath ports of the bridge that carries the tunnels.</summary>
    public IReadOnlySet<string> Underlay { get; private set; } = new HashSet<string>();

    /// <summary>OpenFlow 1.0 has no groups, goto_table, action sets and push_vlan.</summary>
    public static bool NeedsLaterVersion(string flow) => flow.Contains("group:", StringComparison.Ordinal)
        || flow.Contains("goto_table:", StringComparison.Ordinal) || flow.Contains("write_actions(", StringComparison.Ordinal)
        || flow.Contains("push_vlan:", StringComparison.Ordinal);

    /// <summary>Flows that the switch refused, and why.</summary>
    public List<string> Refused { get; } = [];

    public string Dump(string command, string bridge) =>
        _own.Run("ovs-ofctl", "-O", "OpenFlow15", command, Address(bridge));

    /// <summary>What we are told of a bridge, by the commands that an operator would run.</summary>
    public async Task<BridgeFacts> ReadAsync(string bridge, IReadOnlyList<PortFacts> ports)
    {
        // what OpenFlow 1.3 and later print for mod_vlan_vid (push_vlan,set_field) adds a second tag to a tagged packet, which the
        // switch does not do; its own words are exact
        var flows = FlowDump.Parse(await AppCtlAsync("bridge/dump-flows", bridge));
        Assert.Empty(flows.Problems);
        var groups = GroupDump.Parse(Dump("dump-groups", bridge));
        Assert.Empty(groups.Problems);
        var fdb = FdbDump.Parse(await AppCtlAsync("fdb/show", bridge));
        Assert.Empty(fdb.Problems);
        return new() { Name = bridge, Flows = flows.Flows, Groups = groups.Groups, Ports = ports, Fdb = fdb.Entries };
    }

    public async ValueTask DisposeAsync()
    {
        if (_control is not null)
        {
            await _control.DisposeAsync();
        }
        if (_switch is { HasExited: false })
        {
            _switch.Kill();
            await _switch.WaitForExitAsync();
        }
        _switch?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
        _own.Dispose();
    }

    private void OfCtl(string command, string bridge, params string[] arguments) =>
        _own.Run("ovs-ofctl", ["-O", "OpenFlow15", command, Address(bridge), .. arguments]);

    private string Address(string bridge) => "unix:" + Path.Combine(_server.Directory, bridge + ".mgmt");

    private Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments);
        foreach (var name in (ReadOnlySpan<string>)["OVS_RUNDIR", "OVS_DBDIR", "OVS_LOGDIR", "OVS_SYSCONFDIR"])
        {
            start.Environment[name] = _server.Directory;
        }
        return _own.Namespace.Run(() => Process.Start(start)!);
    }
}
