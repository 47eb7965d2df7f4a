using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Timing;

/// <summary>
/// Two VMs behind two real switches, with a <see cref="FrameHolder"/> on three wires of the way: where packets are as the VM sent them, where
/// they bear br-int's VLAN tag, and where they go from node to node as the network type has them.
/// <code>
/// vm eth0 ─ tap =holder= qvb ─ qvoa, br-int, inta ─ ia =holder= pa ─ phya, br-out, nica ─ na =holder= nb ─ nicb, br-all, qvob ─ eth0 vm
/// </code>
/// </summary>
public sealed class SwitchedChain : IAsyncLifetime
{
    public const string Target = "10.30.0.2";

    /// <summary>What the network between the nodes may be, and how its packets begin there, to know that they did (hex of Ethernet type on).</summary>
    public static readonly IReadOnlyDictionary<string, string> Networks = new Dictionary<string, string>
    {
        ["vlan"] = "eth.type==0x8100 && vlan.id==101",
        ["qinq"] = "eth.type==0x88a8 && ieee8021ad.id==200 && ieee8021ad.id==101 || eth.type==0x88a8 && ieee8021ad.id==200 && vlan.id==101",
        ["gre"] = "gre.key==5001",
        ["vxlan"] = "vxlan.vni==5001",
        ["geneve"] = "geneve.vni==5001",
    };

    private readonly List<TestNamespace> _spaces = [];
    private readonly List<FrameHolder> _holders = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("plt-switched-").FullName;

    public TestNamespace From => _spaces[0];

    public TestNamespace To => _spaces[6];

    /// <summary>In the order of packets to the second VM.</summary>
    public IReadOnlyList<(TestNamespace Space, string Device)> Hops =>
        [(_spaces[1], "tap"), (Near, "qvoa"), (Near, "inta"), (Near, "phya"), (Near, "nica"), (Far, "nicb"), (Far, "qvob")];

    /// <summary>Where each holder's leg begins.</summary>
    public static IReadOnlyList<string> HeldFrom => ["tap", "inta", "nica"];

    internal IReadOnlyList<FrameHolder> Holders => _holders;

    private TestNamespace Near => _spaces[2];

    private TestNamespace Far => _spaces[5];

    public Task InitializeAsync()
    {
        if (!Root.IsRoot || !Root.IsInstalled("ovs-vswitchd") || !Root.IsInstalled("dumpcap") || !Root.IsInstalled("ethtool"))
        {
            return Task.CompletedTask;
        }
        foreach (var label in (string[])["vma", "cut1", "near", "cut2", "cut3", "far", "vmb"])
        {
            _spaces.Add(TestNamespace.Create(label, inRunNetns: true));
        }
        Join(From, "eth0", _spaces[1], "tap");
        Join(_spaces[1], "qvb", Near, "qvoa");
        Join(Near, "inta", _spaces[3], "ia");
        Join(_spaces[3], "pa", Near, "phya");
        Join(Near, "nica", _spaces[4], "na");
        Join(_spaces[4], "nb", Far, "nicb");
        Join(Far, "qvob", To, "eth0");
        RoutedChain.Shell(From, "ip addr add 10.30.0.1/24 dev eth0; ethtool -K eth0 tx off >/dev/null");
        RoutedChain.Shell(To, $"ip addr add {Target}/24 dev eth0; ethtool -K eth0 tx off >/dev/null");
        Switch(Near, "near", """
            ovs-vsctl add-br br-int -- set bridge br-int datapath_type=netdev \
                -- add-port br-int qvoa tag=1 -- add-port br-int inta
            """);
        Switch(Far, "far", "");
        _holders.Add(new WireCut(_spaces[1].Namespace, "tap", "qvb"));
        _holders.Add(new WireCut(_spaces[3].Namespace, "ia", "pa"));
        _holders.Add(new WireCut(_spaces[4].Namespace, "na", "nb"));
        return Task.CompletedTask;
    }

    public Task DisposeAsync()
    {
        _holders.ForEach(h => h.Dispose());
        foreach (var space in _spaces.Count == 0 ? [] : (TestNamespace[])[Near, Far])
        {
            RoutedChain.Shell(space, $"for p in {RunFolder(space == Near ? "near" : "far")}/*.pid; do kill $(cat $p); done");
        }
        _spaces.ForEach(s => s.Dispose());
        Directory.Delete(Folder, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>From now on the nodes are joined by such a network.</summary>
    internal void Become(string network)
    {
        if (network is "vlan" or "qinq")
        {
            // VLAN numbers with 0x1000, which says that there is one: 101, and around it 200
            var push = "push_vlan:0x8100,set_field:4197->vlan_vid," + (network == "vlan" ? "" : "push_vlan:0x88a8,set_field:4296->vlan_vid,");
            // the inner tag comes off in a second table, whose flow can say that there is one
            var pop = network == "vlan" ? "101,actions=" : "200,actions=pop_vlan,";
            Vsctl(Near, "near", Bridge("br-out", "phya", "nica") + $"""

                add='ovs-ofctl -O OpenFlow13 add-flow br-out'
                $add 'in_port=phya,dl_vlan=1,actions=pop_vlan,{push}output:nica'
                $add 'in_port=nica,dl_vlan={pop}resubmit(,1)'
                $add 'table=1,vlan_vid=0x1000/0x1000,actions=pop_vlan,push_vlan:0x8100,set_field:4097->vlan_vid,output:phya'
                """);
            Vsctl(Far, "far", Bridge("br-all", "nicb", "qvob") + $"""

                add='ovs-ofctl -O OpenFlow13 add-flow br-all'
                $add 'in_port=qvob,actions={push}output:nicb'
                $add 'in_port=nicb,dl_vlan={pop}resubmit(,1)'
                $add 'table=1,vlan_vid=0x1000/0x1000,actions=pop_vlan,output:qvob'
                """);
            return;
        }
        Vsctl(Near, "near", Tunnel(network, "br-out", "phya", "nica", 1) + """

            ovs-ofctl add-flow br-out in_port=phya,dl_vlan=1,actions=strip_vlan,set_tunnel:5001,output:tun
            ovs-ofctl add-flow br-out in_port=tun,tun_id=5001,actions=mod_vlan_vid:1,output:phya
            """);
        Vsctl(Far, "far", Tunnel(network, "br-all", "qvob", "nicb", 2) + """

            ovs-ofctl add-flow br-all in_port=qvob,actions=set_tunnel:5001,output:tun
            ovs-ofctl add-flow br-all in_port=tun,tun_id=5001,actions=output:qvob
            """);
    }

    private static string Bridge(string name, params string[] ports) =>
        $"ovs-vsctl --if-exists del-br br-phy -- --if-exists del-br {name} -- add-br {name} -- set bridge {name} datapath_type=netdev "
        + $"protocols=OpenFlow10,OpenFlow13 fail_mode=secure {string.Concat(ports.Select(p => $"-- add-port {name} {p} "))}";

    /// <summary>A bridge with a tunnel port; its packets go by br-phy, which has the node's address.</summary>
    private static string Tunnel(string type, string name, string port, string nic, int number) => Bridge(name, port) + $"""
        -- add-port {name} tun -- set interface tun type={type} options:remote_ip=10.0.0.{3 - number} options:local_ip=10.0.0.{number} \
            options:key=flow \
        -- add-br br-phy -- set bridge br-phy datapath_type=netdev -- add-port br-phy {nic}
        ip addr replace 10.0.0.{number}/24 dev br-phy; ip link set br-phy up
        i=0; until ovs-appctl ovs/route/show | grep -q 'dev br-phy SRC'; do i=$((i+1)); [ $i -lt 200 ]; sleep 0.05; done
        """;

    private string RunFolder(string name) => Path.Join(Folder, name);

    private void Switch(TestNamespace space, string name, string script)
    {
        Directory.CreateDirectory(RunFolder(name));
        Vsctl(space, name, $"""
            ovsdb-tool create $OVS_DBDIR/conf.db /usr/share/openvswitch/vswitch.ovsschema
            ovsdb-server $OVS_DBDIR/conf.db --remote=punix:$OVS_RUNDIR/db.sock --pidfile --detach --no-chdir -vconsole:off --log-file
            ovs-vsctl --no-wait init -- set open_vswitch . other_config:vlan-limit=2
            ovs-vswitchd unix:$OVS_RUNDIR/db.sock --pidfile --detach --no-chdir -vconsole:off --log-file
            {script}
            """);
    }

    private void Vsctl(TestNamespace space, string name, string script)
    {
        var folder = RunFolder(name);
        RoutedChain.Shell(space, $"export OVS_RUNDIR={folder} OVS_DBDIR={folder} OVS_LOGDIR={folder} OVS_SYSCONFDIR={folder}\n{script}");
    }

    private static void Join(TestNamespace one, string device, TestNamespace other, string peer)
    {
        // no IPv6: nothing but the test's packets shall be on the wires
        var quiet = "sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1";
        RoutedChain.Shell(other, quiet);
        RoutedChain.Shell(one, $"{quiet}; ip link add {device} mtu 2000 type veth peer name {peer} mtu 2000 netns {other.Name}; ip link set {device} up");
        RoutedChain.Shell(other, $"ip link set {peer} up");
    }
}
