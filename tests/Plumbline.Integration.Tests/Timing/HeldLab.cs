using System.Globalization;
using Plumbline.Integration.Tests.Labs;
using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Operations.Labs;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Timing;

/// <summary>
/// A lab of two nodes with a <see cref="FrameHolder"/> at each join of the way from the first VM to the second: the bridges' FORWARD hooks
/// (NFQUEUE), the veth pairs between qbr and br-int (cut), the ways through br-int and br-phy (flows that take a detour) and the wire
/// between the nodes (cut). The hops keep their names and places, so that plumb finds its way as ever.
/// </summary>
public class HeldLab : IAsyncLifetime
{
    /// <summary>The UDP port that takes the detours.</summary>
    public const int Port = 9000;

    private readonly string _tunnel;
    private readonly string _folder = Directory.CreateTempSubdirectory("plt-held-").FullName;
    private readonly List<HeldHop> _hops = [];
    private readonly List<IDisposable> _owned = [];
    private LabDescription? _lab;
    private NetworkNamespace? _wires;
    private int _wire;

    /// <summary>Nodes joined by VXLAN.</summary>
    public HeldLab()
        : this("vxlan")
    {
    }

    protected HeldLab(string tunnel) => _tunnel = tunnel;

    public LabDescription Lab
    {
        get
        {
            LabFixture.SkipUnlessPossible();
            return _lab!;
        }
    }

    internal IReadOnlyList<HeldHop> Hops => _hops;

    public string Folder => _folder;

    private LabOptions Options => new() { Directory = Path.Join(_folder, "lab"), Nodes = 2, Instances = 2, Tunnel = _tunnel };

    public async Task InitializeAsync()
    {
        if (!Root.IsRoot || !Root.IsInstalled("ovs-vswitchd") || !Root.IsInstalled("dnsmasq"))
        {
            return;
        }
        (_lab, _) = await Operations.Labs.Lab.UpAsync(Options, _ => { }, default);
        var space = TestNamespace.Create("wires");
        _owned.Add(space);
        _wires = space.Namespace;
        await BuildAsync(_lab, 0, "tap", "qvb", "qvo", "tunnel", "nic");
        BuildBetween(_lab);
        await BuildAsync(_lab, 1, "nic", "tunnel", "qvo", "qvb", "tap");
        foreach (var instance in _lab.Instances) // both know each other, and OVS has its devices again
        {
            var other = _lab.Instances.First(i => i != instance).Address.ToString();
            var deadline = DateTime.UtcNow.AddSeconds(30);
            var ping = "";
            while (!ping.Contains(" 0% packet loss", StringComparison.Ordinal))
            {
                Assert.True(DateTime.UtcNow < deadline, ping);
                ping = (await LabFixture.RunAsync(instance.NamespaceFile, "ping", "-n", "-c", "3", "-i", "0.2", "-W", "1", other)).Output;
            }
        }
    }

    public async Task DisposeAsync()
    {
        foreach (var hop in _hops)
        {
            hop.Holder.Dispose();
        }
        if (_lab is not null)
        {
            await Operations.Labs.Lab.DownAsync(Options.Directory, _ => { }, default);
        }
        foreach (var owned in _owned)
        {
            owned.Dispose();
        }
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>All holders let everything through, with new books.</summary>
    internal void Rest()
    {
        foreach (var hop in _hops)
        {
            hop.Holder.Begin(new());
        }
    }

    private async Task BuildAsync(LabDescription lab, int number, params string[] kinds)
    {
        var node = lab.Nodes[number];
        var instance = lab.Instances.First(i => i.Node == node.Name);
        var (tap, qvb, qvo) = (instance.Tap, "qvb" + instance.Tap[3..], "qvo" + instance.Tap[3..]);
        var forth = number == 0;
        using var own = NetworkNamespace.Open(node.Access.NamespaceFile!);

        var queue = (ushort)(forth ? 7 : 8);
        var held = new HeldQueue(own, queue);
        await NodeAsync(node, $"iptables -t mangle -I FORWARD -m physdev --physdev-in {(forth ? tap : qvb)} -p udp --dport {Port} "
            + $"-j NFQUEUE --queue-num {queue}");
        var wire = await CutVethAsync(lab, node, own, qvb, qvo);
        // from br-tun frames come with their VLAN's tag, which a packet socket would not show among the bytes
        var inside = await DetourAsync(
            node, own, "br-int", forth ? qvo : "patch-tun", $"udp,tp_dst={Port}", forth ? "" : "strip_vlan,", forth ? "" : "mod_vlan_vid:1,");
        var outside = await DetourAsync(node, own, "br-phy", forth ? "LOCAL" : "eth0", _tunnel == "gre" ? "ip,nw_proto=47" : "udp,tp_dst=4789", "", "");
        FrameHolder[] holders = forth ? [held, wire, inside, outside] : [outside, inside, wire, held];
        for (var i = 0; i < holders.Length; i++)
        {
            _hops.Add(new(number, kinds[i], kinds[i + 1], holders[i]));
        }
    }

    /// <summary>qvb and qvo made anew, each with its other end in our hands.</summary>
    private async Task<WireCut> CutVethAsync(LabDescription lab, LabNode node, NetworkNamespace own, string qvb, string qvo)
    {
        var (near, far) = (NextWire(), NextWire());
        // OVS reads the device that it opened, so the port has to go with it, and comes back as it was
        await NodeAsync(node, $"""
            ovs-vsctl get interface {qvo} ofport > {_folder}/ofport
            ovs-vsctl get interface {qvo} external_ids > {_folder}/ids
            ovs-vsctl get port {qvo} other_config > {_folder}/other
            ovs-vsctl del-port {qvo}
            ip link del {qvo}
            """);
        using (var netlink = RouteNetlink.Open(own))
        {
            CreateWire(netlink, qvb, near, lab.Mtu);
            CreateWire(netlink, qvo, far, lab.Mtu);
        }
        await NodeAsync(node, $"""
            ip link set {qvb} master qbr{qvb[3..]}
            ip link set {qvb} promisc on
            ovs-vsctl add-port br-int {qvo} tag=1 -- set interface {qvo} ofport_request=$(cat {_folder}/ofport) \
                external_ids="$(cat {_folder}/ids)" -- set port {qvo} other_config="$(cat {_folder}/other)"
            """);
        return new(_wires!, near, far);
    }

    /// <summary>Packets of a port that match go by two ports of their own and through our hands, and on as if they had come just now.</summary>
    private async Task<WireCut> DetourAsync(
        LabNode node, NetworkNamespace own, string bridge, string port, string match, string leaving, string returning)
    {
        var (near, far) = (NextWire(), NextWire());
        var (leaves, returns) = ("out-" + near, "in-" + far);
        using (var netlink = RouteNetlink.Open(own))
        {
            CreateWire(netlink, leaves, near, 2000, own); // both ends here: no NIC to the outside, plumb sees
            CreateWire(netlink, returns, far, 2000, own);
        }
        // in a VLAN of their own, so that nothing is flooded into them
        var number = port == "LOCAL" ? "65534" : $"$(ovs-vsctl get interface {port} ofport)";
        await NodeAsync(node, $"""
            ovs-vsctl add-port {bridge} {leaves} tag=4001 -- add-port {bridge} {returns} tag=4002
            p={number}; out=$(ovs-vsctl get interface {leaves} ofport); back=$(ovs-vsctl get interface {returns} ofport)
            ovs-ofctl add-flow {bridge} "table=0,priority=30000,in_port=$p,reg5=0,{match},actions={leaving}output:$out"
            ovs-ofctl add-flow {bridge} "table=0,priority=30001,in_port=$back,actions={returning}load:1->NXM_NX_REG5[],load:$p->NXM_OF_IN_PORT[],resubmit(,0)"
            """);
        return new(own, near, far);
    }

    /// <summary>The wire from the first node to the switch between the nodes.</summary>
    private void BuildBetween(LabDescription lab)
    {
        using var underlay = NetworkNamespace.Open(lab.UnderlayNamespaceFile);
        using var netlink = RouteNetlink.Open(underlay);
        var port = netlink.FindLink($"to-{lab.Nodes[0].Address.ToString().Split('.')[^1]}")!;
        var bridge = netlink.FindLink("switch")!;
        netlink.ChangeLink(port.IfIndex, new() { MasterIndex = 0 });
        var near = netlink.CreateLink(new()
        {
            Name = "cut",
            Kind = "veth",
            NoIpv6LinkLocal = true,
            Up = true,
            Peer = new() { Name = "mended", Kind = "veth", NoIpv6LinkLocal = true, Up = true },
        });
        netlink.ChangeLink(netlink.FindLink("mended")!.IfIndex, new() { MasterIndex = bridge.IfIndex });
        _hops.Add(new(-1, "nic", "nic", new WireCut(underlay, port.Name, near.Name)));
    }

    private void CreateWire(RouteNetlink netlink, string name, string peer, int mtu, NetworkNamespace? home = null) => netlink.CreateLink(new()
    {
        Name = name,
        Kind = "veth",
        Mtu = mtu,
        NoIpv6LinkLocal = true,
        Up = true,
        Peer = new() { Name = peer, Kind = "veth", Mtu = mtu, Namespace = home ?? _wires, NoIpv6LinkLocal = true, Up = true },
    });

    private string NextWire() => string.Create(CultureInfo.InvariantCulture, $"w{_wire++}");

    /// <summary>A shell in the node's namespace, its OVS at hand.</summary>
    internal static async Task NodeAsync(LabNode node, string script)
    {
        var lines = $"set -e; export OVS_RUNDIR={node.Access.OvsRunDirectory}\n" + script;
        var result = await LabFixture.RunAsync(node.Access.NamespaceFile!, "sh", "-c", lines);
        Assert.True(result.ExitCode == 0, result.Errors + result.Output);
    }
}
