using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Node;
using Plumbline.Testing;
using Plumbline.Testing.Ovsdb;

namespace Plumbline.Integration.Tests.Capturing;

/// <summary>
/// A small compute node with a real Open vSwitch on the userspace datapath, in namespaces of its own:
/// <code>
/// test-vm (guest) – tap – qbr – qvb/qvo – br-int – patch – br-tun – gre-0a000002
/// other-vm (guest) – tapother00-01 – br-int          qr-router1 (internal, in qrouter-…) – br-int
/// </code>
/// all on local VLAN 1, and five foreign mirrors that nobody may touch. Taps are veth ends: their guests are namespaces.
/// </summary>
public sealed partial class CaptureNode : IAsyncDisposable
{
    public const string Tap = "tapbee51cf7-fb";
    public const string Qvo = "qvobee51cf7-fb";
    public const string OtherTap = "tapother00-01";
    public const string Router = "qr-0a1b2c3d-4e";
    public const string RouterNamespace = "qrouter-5f7c1d5e-2a0c-4bb3-8d52-000000000001";
    public const string GuestAddress = "172.16.0.10";
    public const string OtherAddress = "172.16.0.11";
    public const string RouterAddress = "172.16.0.1";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("plt-capture-").FullName;
    private readonly TestNamespace _node = TestNamespace.Create("node");
    private readonly TestNamespace _guest = TestNamespace.Create("guest");
    private readonly TestNamespace _other = TestNamespace.Create("other");
    private NetworkNamespace? _router;
    private RealOvsdbServer? _server;
    private Process? _vswitchd;

    /// <summary>Skips the test where the machine cannot do it.</summary>
    public static void SkipUnlessPossible()
    {
        Root.SkipUnlessRoot();
        Root.SkipUnlessInstalled("ovs-vswitchd");
        Skip.IfNot(RealOvsdbServer.WhyNot() is null, RealOvsdbServer.WhyNot() ?? "");
    }

    /// <summary>Makes one.</summary>
    /// <param name="withRouter">
    /// With an internal port in another namespace. A restarted ovs-vswitchd on the userspace datapath makes it anew elsewhere, so tests
    /// that restart it go without.
    /// </param>
    /// <param name="failMode">Of br-int: standalone (NORMAL, floods) or secure (only our flow, which is NORMAL too).</param>
    public static async Task<CaptureNode> StartAsync(bool withRouter = true, string failMode = "secure")
    {
        SkipUnlessPossible();
        var node = new CaptureNode();
        try
        {
            await node.BuildAsync(withRouter, failMode);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    public NodeAccess Access => new()
    {
        Name = "capture-test",
        NamespaceFile = _node.Path,
        NamespaceDirectory = NamespaceDirectory,
        OvsRunDirectory = Server.Directory,
        LibvirtDirectories = [_folder + "/libvirt"],
        StateDirectory = _folder + "/state",
    };

    /// <summary>The same for a command line.</summary>
    public IReadOnlyList<string> Options =>
    [
        "--netns", _node.Path, "--netns-dir", NamespaceDirectory, "--ovs-rundir", Server.Directory,
        "--libvirt-dir", _folder + "/libvirt", "--state-dir", _folder + "/state",
    ];

    public RealOvsdbServer Server => _server ?? throw new InvalidOperationException("not started");

    public TestNamespace Namespace => _node;

    public TestNamespace Guest => _guest;

    public TestNamespace Other => _other;

    public string Folder => _folder;

    private string NamespaceDirectory => _folder + "/netns";

    public string Vsctl(params string[] arguments) =>
        _node.Run("ovs-vsctl", [$"--db=unix:{Server.Socket}", "--timeout=10", .. arguments]).Trim();

    public string Appctl(params string[] arguments) =>
        _node.Run("ovs-appctl", [$"--target={Server.Directory}/ovs-vswitchd.{_vswitchd!.Id}.ctl", .. arguments]);

    /// <summary>Pings from the guest; returns ping's text, whatever its exit status.</summary>
    public string Ping(string address, int count, double interval = 0.05) =>
        _guest.Run("sh", "-c", string.Create(CultureInfo.InvariantCulture, $"ping -n -c {count} -i {interval} -W 1 {address} || true"));

    /// <summary>
    /// The database but for what ovs-vswitchd counts, and the links of all namespaces: equal texts are equal nodes.
    /// </summary>
    /// <param name="afterRestart">Without what a restarted ovs-vswitchd on the userspace datapath chooses anew: its own tap devices.</param>
    public string Dump(bool afterRestart = false)
    {
        string[] tables =
        [
            "Bridge _uuid name ports mirrors fail_mode datapath_type external_ids other_config",
            "Port _uuid name interfaces tag trunks vlan_mode external_ids other_config",
            "Interface _uuid name type options error mtu mtu_request admin_state external_ids"
                + (afterRestart ? "" : " ofport mac_in_use ifindex"),
            "Mirror _uuid name select_all select_src_port select_dst_port select_vlan output_port output_vlan external_ids",
        ];
        var text = string.Concat(tables.Select(table => table + "\n" + string.Join('\n', _node.Run("ovsdb-client",
            ["dump", "--format=csv", $"unix:{Server.Socket}", "Open_vSwitch", .. table.Split(' ')]).Split('\n').Order(StringComparer.Ordinal))));
        foreach (var links in new[] { _node, _guest, _other }.Select(n => n.Run("ip", "-d", "-o", "link")))
        {
            text += afterRestart ? OwnTaps().Replace(links, "") : links;
        }
        return Timers().Replace(text, "");
    }

    /// <summary>Starts ovs-vswitchd (again) and waits until it has done what the database says.</summary>
    public void StartVswitchd()
    {
        var start = new ProcessStartInfo("ovs-vswitchd",
        [
            $"unix:{Server.Socket}", $"--pidfile={Server.Directory}/ovs-vswitchd.pid", $"--log-file={Server.Directory}/ovs-vswitchd.log",
            "-vconsole:off",
        ]);
        foreach (var variable in new[] { "OVS_RUNDIR", "OVS_DBDIR", "OVS_LOGDIR", "OVS_SYSCONFDIR" })
        {
            start.Environment[variable] = Server.Directory;
        }
        _vswitchd = _node.Namespace.Run(() => Process.Start(start)!);
        Vsctl("--no-wait", "init");
        Until(() => File.Exists(Server.Directory + "/ovs-vswitchd.pid"), "ovs-vswitchd starts");
        Vsctl("set", "Open_vSwitch", ".", "external_ids:hostname=capture-test"); // waits for cur_cfg
    }

    /// <summary>SIGKILL.</summary>
    public void KillVswitchd()
    {
        if (_vswitchd is { } process)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
            _vswitchd = null;
            File.Delete(Server.Directory + "/ovs-vswitchd.pid");
        }
    }

    /// <summary>Waits until <paramref name="condition"/> holds; the test fails after a while.</summary>
    public static void Until(Func<bool> condition, string what, int? seconds = null)
    {
        var deadline = DateTime.UtcNow + (seconds is { } own ? TimeSpan.FromSeconds(own) : _patience);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < deadline, $"waited in vain: {what}");
            Thread.Sleep(10);
        }
    }

    public async ValueTask DisposeAsync()
    {
        KillVswitchd();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
        _router?.Dispose();
        if (Directory.Exists(NamespaceDirectory))
        {
            foreach (var file in Directory.GetFiles(NamespaceDirectory))
            {
                NetworkNamespace.Delete(file);
            }
        }
        _node.Dispose();
        _guest.Dispose();
        _other.Dispose();
        Directory.Delete(_folder, recursive: true);
        Until(() => Guards().Count == 0, "guards end with the node that they guard", seconds: 60);
    }

    /// <summary>
    /// Pids of the guards of captures and keepers on this node: the waiting shells, and what they start.
    /// </summary>
    public IReadOnlyList<int> Guards() =>
        ProcessesWith(words => words.Contains("guard") && words.Contains($"netns={_node.Path}"));

    /// <summary>Pids of all that plumb runs on this node, its guards and what ssh started included.</summary>
    public IReadOnlyList<int> Processes() => ProcessesWith(words =>
        words.Any(w => w.EndsWith("plumb", StringComparison.Ordinal) || w.EndsWith("plumb.dll",
            StringComparison.Ordinal))
        && words.Any(w => w.Contains(_node.Path, StringComparison.Ordinal)));

    private static List<int> ProcessesWith(Predicate<string[]> arguments)
    {
        var found = new List<int>();
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && arguments(CommandOf(folder).Split('\0')))
            {
                found.Add(pid);
            }
        }
        return found;
    }

    private static string CommandOf(string folder)
    {
        try
        {
            return File.ReadAllText(folder + "/cmdline");
        }
        catch (IOException)
        {
            return ""; // it ended meanwhile
        }
    }

    private async Task BuildAsync(bool withRouter, string failMode)
    {
        Directory.CreateDirectory(NamespaceDirectory);
        _server = await RealOvsdbServer.StartAsync();
        StartVswitchd();
        foreach (var bridge in new[] { "br-int", "br-tun" })
        {
            Vsctl("add-br", bridge, "--", "set", "Bridge", bridge, "datapath_type=netdev", $"fail_mode={failMode}");
            _node.Run("ovs-ofctl", "add-flow", $"unix:{Server.Directory}/{bridge}.mgmt", "actions=NORMAL");
        }
        Vsctl("add-port", "br-int", "patch-tun", "--", "set", "Interface", "patch-tun", "type=patch", "options:peer=patch-int",
            "--", "add-port", "br-tun", "patch-int", "--", "set", "Interface", "patch-int", "type=patch", "options:peer=patch-tun",
            "--", "add-port", "br-tun", "gre-0a000002", "--", "set", "Interface", "gre-0a000002", "type=gre",
            "options:remote_ip=10.0.0.2", "options:key=flow");
        BuildGuest();
        BuildOther();
        if (withRouter)
        {
            BuildRouter();
        }
        AddForeignMirrors();
        Until(() => Ping(OtherAddress, 1).Contains(" 1 received", StringComparison.Ordinal), "the first ping");
        // linkwatch tells of carrier up to a second late
        Until(() => !Dump().Contains("NO-CARRIER", StringComparison.Ordinal), "all links have carrier");
    }

    private void BuildGuest()
    {
        _node.Run("ip", "link", "add", Tap, "mtu", "1450", "type", "veth", "peer", "name", "eth0", "netns", NameFor(_guest));
        _node.Run("ip", "link", "add", "qvbbee51cf7-fb", "mtu", "1450", "type", "veth", "peer", "name", Qvo, "mtu", "1450");
        _node.Run("ip", "link", "add", "qbrbee51cf7-fb", "type", "bridge", "forward_delay", "0", "stp_state", "0", "ageing_time", "0",
            "mcast_snooping", "0");
        foreach (var member in new[] { Tap, "qvbbee51cf7-fb" })
        {
            _node.Run("ip", "link", "set", member, "master", "qbrbee51cf7-fb");
        }
        foreach (var device in new[] { Tap, "qvbbee51cf7-fb", Qvo, "qbrbee51cf7-fb" })
        {
            Silence(_node, device);
            _node.Run("ip", "link", "set", device, "up");
        }
        UpGuest(_guest, "fa:16:3e:00:00:10", GuestAddress);
        Vsctl("add-port", "br-int", Qvo, "tag=1", "--", "set", "Interface", Qvo,
            "external_ids:iface-id=bee51cf7-fb12-4c5e-9a77-0123456789ab", "external_ids:attached-mac=fa\\:16\\:3e\\:00\\:00\\:10",
            "external_ids:iface-status=active", "external_ids:vm-uuid=6c1f3a52-1111-4222-8333-444455556666",
            "--", "set", "Port", Qvo, "other_config:net_uuid=93a1bb46-0000-4000-8000-000000000001", "other_config:network_type=gre",
            "other_config:segmentation_id=1001", "other_config:tag=1");
        Directory.CreateDirectory(_folder + "/libvirt");
        File.WriteAllText(_folder + "/libvirt/instance-00000001.xml", $"""
            <domain type='kvm' id='1'>
              <name>instance-00000001</name>
              <uuid>6c1f3a52-1111-4222-8333-444455556666</uuid>
              <metadata><nova:instance xmlns:nova="http://openstack.org/xmlns/libvirt/nova/1.1"><nova:name>test-vm</nova:name></nova:instance></metadata>
              <devices>
                <interface type='bridge'>
                  <mac address='fa:16:3e:00:00:10'/><source bridge='qbrbee51cf7-fb'/><target dev='{Tap}'/><mtu size='1450'/>
                </interface>
              </devices>
            </domain>
            """);
    }

    private void BuildOther()
    {
        _node.Run("ip", "link", "add", OtherTap, "mtu", "1450", "type", "veth", "peer", "name", "eth0", "netns", NameFor(_other));
        Silence(_node, OtherTap);
        _node.Run("ip", "link", "set", OtherTap, "up");
        UpGuest(_other, "fa:16:3e:00:00:11", OtherAddress);
        Vsctl("add-port", "br-int", OtherTap, "tag=1", "--", "set", "Interface", OtherTap,
            "external_ids:iface-id=0the0000-0112-4c5e-9a77-0123456789ab", "external_ids:attached-mac=fa\\:16\\:3e\\:00\\:00\\:11");
    }

    private void BuildRouter()
    {
        _router = NetworkNamespace.Create(Path.Combine(NamespaceDirectory, RouterNamespace));
        Vsctl("add-port", "br-int", Router, "tag=1", "--", "set", "Interface", Router, "type=internal");
        using var node = RouteNetlink.Open(_node.Namespace);
        node.ChangeLink(node.FindLink(Router)!.IfIndex, new LinkChange { Namespace = _router });
        using var router = RouteNetlink.Open(_router);
        var link = router.FindLink(Router)!;
        router.ChangeLink(link.IfIndex, new LinkChange { Up = true });
        router.AddAddress(link.IfIndex, System.Net.IPAddress.Parse(RouterAddress), 24);
    }

    /// <summary>Five mirrors of other people, good ones and broken ones, two of one name.</summary>
    private void AddForeignMirrors()
    {
        foreach (var (name, bridge) in new[] { ("mon0", "br-int"), ("mon1", "br-tun") })
        {
            _node.Run("ip", "link", "add", name, "type", "veth", "peer", "name", name + "f");
            foreach (var device in new[] { name, name + "f" })
            {
                Silence(_node, device);
                _node.Run("ip", "link", "set", device, "up");
            }
            Vsctl("add-port", bridge, name);
        }
        Vsctl("--", "--id=@o", "get", "Port", "mon0", "--", "--id=@s", "get", "Port", OtherTap, "--", "--id=@m", "create", "Mirror", "name=span",
            "select_src_port=@s", "output_port=@o", "--", "add", "Bridge", "br-int", "mirrors", "@m");
        Vsctl("--", "--id=@o", "get", "Port", "mon1", "--", "--id=@m", "create", "Mirror", "name=span", "select_all=true", "output_port=@o",
            "--", "add", "Bridge", "br-tun", "mirrors", "@m");
        foreach (var name in new[] { "m_gone", "left", "m_left" })
        {
            Vsctl("--", "--id=@m", "create", "Mirror", $"name={name}", "external_ids:owner=somebody", "--", "add", "Bridge", "br-int", "mirrors", "@m");
        }
    }

    private static void UpGuest(TestNamespace guest, string mac, string address)
    {
        Silence(guest, "eth0");
        guest.Run("ip", "link", "set", "eth0", "address", mac, "mtu", "1450", "up");
        guest.Run("ip", "addr", "add", address + "/24", "dev", "eth0");
    }

    private static void Silence(TestNamespace where, string device) =>
        where.Run("sh", "-c", $"echo 1 > /proc/sys/net/ipv6/conf/{device}/disable_ipv6");

    /// <summary>iproute2 wants a name or a pid; a path works too.</summary>
    private static string NameFor(TestNamespace ns) => ns.Path;

    [GeneratedRegex(@"^\d+: (ovs-netdev|br-int|br-tun):.*\n", RegexOptions.Multiline)]
    private static partial Regex OwnTaps();

    [GeneratedRegex(@"\w+_timer +[\d.]+")]
    private static partial Regex Timers();

    [GeneratedRegex(@"(\d+) packets transmitted, (\d+) received")]
    public static partial Regex PingCount();
}
