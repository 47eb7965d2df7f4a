using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Timing;

/// <summary>
/// A VM behind a Linux bridge, a router with NAT as Neutron's has it, and a host outside, with a <see cref="FrameHolder"/> at each join of
/// the way. The VM's device leaves checksums and big TCP segments to others, as virtio does.
/// <code>
/// vm eth0 ── tap, bridge (NFQUEUE), qrp ── qr, router (NFQUEUE), qg ── qgp, a cut wire, nic ── eth0 host
/// </code>
/// </summary>
public sealed class RoutedChain : IAsyncLifetime
{
    public const string Instance = "10.20.0.5";
    public const string InstanceV6 = "fd20::5";
    public const string Host = "203.0.113.9";
    public const string HostV6 = "fd99::9";

    /// <summary>The VM's floating IP.</summary>
    public const string Floating = "203.0.113.50";

    private readonly List<TestNamespace> _spaces = [];
    private readonly List<FrameHolder> _holders = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("plt-routed-").FullName;

    public TestNamespace Vm => _spaces[0];

    public TestNamespace Router => _spaces[2];

    public TestNamespace Outside => _spaces[4];

    /// <summary>In the order of packets that leave the VM.</summary>
    public IReadOnlyList<(TestNamespace Space, string Device)> Hops =>
        [(_spaces[1], "tap"), (Router, "qr"), (Router, "qg"), (_spaces[3], "nic")];

    /// <summary>Between a hop and the next.</summary>
    internal IReadOnlyList<FrameHolder> Holders => _holders;

    public Task InitializeAsync()
    {
        if (!Root.IsRoot || !Root.IsInstalled("dumpcap") || !Root.IsInstalled("ethtool"))
        {
            return Task.CompletedTask;
        }
        foreach (var label in (string[])["vm", "node", "router", "wire", "host"])
        {
            _spaces.Add(TestNamespace.Create(label, inRunNetns: true));
        }
        var (node, wire) = (_spaces[1], _spaces[3]);
        Join(Vm, "eth0", node, "tap");
        Join(node, "qrp", Router, "qr");
        Join(Router, "qg", wire, "qgp");
        Join(wire, "nic", Outside, "eth0");
        Shell(node, $"""
            ip link add brq type bridge forward_delay 0
            ip link set brq up; ip link set tap master brq; ip link set qrp master brq
            {Queue("-m physdev --physdev-is-bridged", 21)}
            """);
        Shell(Router, $"""
            sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
            ip addr add 10.20.0.1/24 dev qr; ip -6 addr add fd20::1/64 dev qr nodad
            ip addr add 203.0.113.1/24 dev qg; ip -6 addr add fd99::1/64 dev qg nodad
            ethtool -K qg tso off gso off tx off >/dev/null
            ethtool -K qr gro off >/dev/null
            {Queue("", 22)}
            """);
        Shell(Vm, $"ip addr add {Instance}/24 dev eth0; ip -6 addr add {InstanceV6}/64 dev eth0 nodad; "
            + "ip route add default via 10.20.0.1; ip -6 route add default via fd20::1");
        Shell(Outside, $"ip addr add {Host}/24 dev eth0; ip -6 addr add {HostV6}/64 dev eth0 nodad; ip -6 route add fd20::/64 via fd99::1; "
            + "ethtool -K eth0 tso off gso off tx off >/dev/null");
        _holders.Add(new HeldQueue(node.Namespace, 21));
        _holders.Add(new HeldQueue(Router.Namespace, 22));
        _holders.Add(new WireCut(wire.Namespace, "qgp", "nic"));
        return Task.CompletedTask;
    }

    public Task DisposeAsync()
    {
        _holders.ForEach(h => h.Dispose());
        _spaces.ForEach(s => s.Dispose());
        Directory.Delete(Folder, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>Nothing is held.</summary>
    internal void Rest(HoldPlan plan) => _holders.ForEach(h => h.Begin(new() { ByArrival = plan.ByArrival, OneWay = plan.OneWay }));

    /// <summary>What Neutron's L3 agent loads: a floating IP for the VM, or one address for all who have none.</summary>
    internal void Translate(bool isFloating) => Shell(Router, "iptables -t nat -F; conntrack -F 2>/dev/null || true\n" + (isFloating
        ? $"""
            ip addr replace {Floating}/32 dev qg
            iptables -t nat -A PREROUTING -d {Floating}/32 -j DNAT --to-destination {Instance}
            iptables -t nat -A POSTROUTING -s {Instance}/32 -o qg -j SNAT --to-source {Floating}
            """
        : "iptables -t nat -A POSTROUTING -o qg -j SNAT --to-source 203.0.113.1 --random-fully"));

    internal static void Shell(TestNamespace space, string script) => space.Run("sh", "-c", "set -e\n" + script);

    /// <summary>Whatever passes waits for the holder's verdict; nobody there: it passes.</summary>
    private static string Queue(string match, int number) => string.Join('\n', ((string[])["iptables", "ip6tables"]).Select(tables =>
        $"{tables} -t mangle -A FORWARD {match} -j NFQUEUE --queue-num {number} --queue-bypass"))
        + "\niptables -t mangle -I FORWARD -p icmp ! --icmp-type echo-request -j ACCEPT" // answers, and errors that quote a mark
        + "\nip6tables -t mangle -I FORWARD -p icmpv6 ! --icmpv6-type echo-request -j ACCEPT";

    private static void Join(TestNamespace one, string device, TestNamespace other, string peer)
    {
        Shell(one, $"ip link add {device} type veth peer name {peer} netns {other.Name}; sysctl -qw net.ipv6.conf.{device}.accept_ra=0; "
            + $"ip link set {device} up");
        Shell(other, $"ip link set {peer} up");
    }
}
