using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Linux.Processes;
using Plumbline.Linux.Taps;
using Plumbline.Primitives;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Firewall;

/// <summary>
/// The kernel as the judge: a namespace with bridges whose ports are taps, and devices that route. A frame written into a tap has passed
/// bridge, br_netfilter and all tables when the write returns, so each packet gets its answer at once and none is lost.
/// </summary>
internal sealed class KernelNode : IDisposable
{
    /// <summary>Protocols whose arrival at the node itself is watched; of others the counters alone tell.</summary>
    public static bool IsWatched(byte protocol, bool ipv6) => protocol is 6 or 17 || protocol == (ipv6 ? 58 : 1);

    private readonly TestNamespace _space;
    private readonly Dictionary<string, TapDevice> _taps = [];
    private readonly List<Socket> _receivers = [];
    private readonly byte[] _buffer = new byte[65536];

    private KernelNode(TestNamespace space, string variant)
    {
        _space = space;
        Variant = variant;
    }

    /// <summary><c>nft</c> or <c>legacy</c>.</summary>
    public string Variant { get; }

    /// <summary>Where it is.</summary>
    public NetworkNamespace Namespace => _space.Namespace;

    /// <summary>MACs of bridges and routing devices.</summary>
    public Dictionary<string, MacAddress> Macs { get; } = [];

    /// <summary>Addresses of all devices, for <c>-m addrtype</c>.</summary>
    public NodeAddresses Addresses { get; private set; } = new(new HashSet<UInt128>(), new HashSet<UInt128>());

    /// <summary>Makes it; skips without root or tools.</summary>
    /// <param name="variant"><c>nft</c> or <c>legacy</c>.</param>
    /// <param name="bridges">Bridges and their ports.</param>
    /// <param name="script">Further setup, a shell script inside.</param>
    /// <param name="routed">Taps that are no bridge's port.</param>
    public static KernelNode Create(
        string variant, IReadOnlyList<(string Bridge, string[] Ports)> bridges, string script = "", params string[] routed)
    {
        Root.SkipUnlessInstalled($"iptables-{variant}-restore");
        Root.SkipUnlessInstalled("ipset");
        var space = TestNamespace.Create("fw");
        var node = new KernelNode(space, variant);
        try
        {
            Skip.If(
                Sysctl.Read(space.Namespace, "net.bridge.bridge-nf-call-iptables") is null, "needs the kernel module br_netfilter");
            node.Build(bridges, script, routed);
            return node;
        }
        catch
        {
            node.Dispose();
            throw;
        }
    }

    private void Build(IReadOnlyList<(string Bridge, string[] Ports)> bridges, string script, string[] routed)
    {
        foreach (var name in (string[])["iptables", "ip6tables"])
        {
            Sysctl.Write(_space.Namespace, $"net.bridge.bridge-nf-call-{name}", "1");
        }
        // nothing of our own talks: no neighbour discovery, no multicast listener reports
        Sysctl.Write(_space.Namespace, "net/ipv6/conf/default/disable_ipv6", "1");
        // where a test turns IPv6 on, reports are over at once and not some time within the test
        Sysctl.Write(_space.Namespace, "net/ipv6/conf/default/mldv1_unsolicited_report_interval", "1");
        Sysctl.Write(_space.Namespace, "net/ipv6/conf/default/mldv2_unsolicited_report_interval", "1");
        // no connection ends by itself while a slow machine is at it
        foreach (var protocol in (string[])["generic", "gre", "udp", "icmp", "icmpv6"])
        {
            Sysctl.Write(_space.Namespace, $"net/netfilter/nf_conntrack_{protocol}_timeout", "600");
        }
        using var links = RouteNetlink.Open(_space.Namespace);
        foreach (var (bridge, ports) in bridges)
        {
            var link = links.CreateLink(new()
            {
                Name = bridge,
                Kind = "bridge",
                Bridge = new() { ForwardDelaySeconds = 0, AgeingTimeSeconds = 0, MulticastSnooping = false },
            });
            links.ChangeLink(link.IfIndex, new() { Up = true });
            foreach (var port in ports)
            {
                AddTap(links, port, link.IfIndex);
            }
        }
        foreach (var device in routed)
        {
            AddTap(links, device, null);
        }
        if (script.Length > 0)
        {
            _space.Run("sh", "-ec", script);
        }
        foreach (var link in links.ListLinks())
        {
            if (link.Address is { } address)
            {
                Macs[link.Name] = address;
            }
        }
        Addresses = new(
            links.ListAddresses().Select(a => NumberOf(a.Address)).ToHashSet(),
            new HashSet<UInt128>())
        {
            Devices = [.. links.ListLinks().OrderBy(l => l.IfIndex).Select(l => new DeviceAddresses(
                l.Name,
                [.. links.ListAddresses().Where(a => a.IfIndex == l.IfIndex).Select(a => new DeviceAddress(
                    a.Address.AddressFamily == AddressFamily.InterNetwork ? IPFamily.IPv4 : IPFamily.IPv6, NumberOf(a.Address), a.PrefixLength))]))],
        };
        Drain();
    }

    private static UInt128 NumberOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        var own = address.GetAddressBytes();
        own.CopyTo(bytes[(16 - own.Length)..]);
        return UInt128.Read(bytes);
    }

    private void AddTap(RouteNetlink links, string name, int? master)
    {
        _taps[name] = TapDevice.Create(_space.Namespace, name);
        links.ChangeLink(links.FindLink(name)!.IfIndex, new() { Up = true, MasterIndex = master });
    }

    /// <summary>Opens raw sockets, so that a packet's arrival at the node itself shows.</summary>
    public void WatchHost(bool ipv6)
    {
        ProtocolType[] protocols = [ProtocolType.Tcp, ProtocolType.Udp, ipv6 ? ProtocolType.IcmpV6 : ProtocolType.Icmp];
        foreach (var protocol in protocols)
        {

            var socket = _space.Namespace.Run(() => new Socket(
                ipv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Raw, protocol)
            {
                Blocking = false,
                ReceiveBufferSize = 1 << 20,
            });
            socket.Bind(new IPEndPoint(ipv6 ? IPAddress.IPv6Any : IPAddress.Any, 0));
            _receivers.Add(socket);
        }
    }

    /// <summary>A raw socket of the node itself, IP header included.</summary>
    public Socket OpenSender(bool ipv6) => _space.Namespace.Run(() => new Socket(
        ipv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Raw));

    /// <summary>Sends a frame into <paramref name="device"/> and tells the frames that came out of other taps.</summary>
    public List<(string Device, byte[] Frame)> Send(string device, ReadOnlySpan<byte> frame)
    {
        Assert.True(_taps[device].Send(frame));
        return Receive();
    }

    /// <summary>Frames that wait in the taps.</summary>
    public List<(string Device, byte[] Frame)> Receive()
    {
        var result = new List<(string, byte[])>();
        foreach (var (name, tap) in _taps)
        {
            while (tap.TryReceive(_buffer, out var length))
            {
                result.Add((name, _buffer.AsSpan(0, length).ToArray()));
            }
        }
        return result;
    }

    /// <summary>From where packets reached the node itself since the last question.</summary>
    public List<UInt128> SourcesHeardByHost()
    {
        var heard = new List<UInt128>();
        foreach (var socket in _receivers)
        {
            EndPoint from = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
            while (socket.Available > 0)
            {
                socket.ReceiveFrom(_buffer, ref from);
                heard.Add(NumberOf(((IPEndPoint)from).Address));
            }
        }
        return heard;
    }

    /// <summary>How many packets reached the node itself since the last question.</summary>
    public int ReceivedByHost()
    {
        var count = 0;
        foreach (var socket in _receivers)
        {
            while (socket.Available > 0)
            {
                socket.Receive(_buffer);
                count++;
            }
        }
        return count;
    }

    /// <summary>Throws away what waits.</summary>
    public void Drain()
    {
        Receive();
        ReceivedByHost();
    }

    /// <summary>Loads sets and rules.</summary>
    public async Task LoadAsync(string sets, string ipv4, string ipv6)
    {
        await RunAsync("ipset", ["restore", "-exist"], sets);
        await RunAsync($"iptables-{Variant}-restore", [], ipv4);
        await RunAsync($"ip6tables-{Variant}-restore", [], ipv6);
    }

    /// <summary>Loads rules of one family, if this kernel can.</summary>
    public async Task<bool> TryLoadAsync(string rules, IPFamily family) => (await CommandRunner.RunAsync(
        _space.Namespace, $"{(family == IPFamily.IPv6 ? "ip6" : "ip")}tables-{Variant}-restore", [], rules, null, CancellationToken.None)).ExitCode == 0;

    /// <summary>Loads sets and rules of one family.</summary>
    public Task LoadAsync(string sets, string rules, IPFamily family) =>
        LoadAsync(sets, family == IPFamily.IPv4 ? rules : "", family == IPFamily.IPv6 ? rules : "");

    /// <summary>Rules with counters, as the kernel has them.</summary>
    public Task<string> SaveAsync(bool ipv6) => RunAsync($"{(ipv6 ? "ip6" : "ip")}tables-{Variant}-save", ["-c"], null);

    /// <summary>Sets as the kernel has them.</summary>
    public Task<string> SaveSetsAsync() => RunAsync("ipset", ["save"], null);

    /// <summary>Runs a program inside; the test fails where it does.</summary>
    public async Task<string> RunAsync(string program, string[] arguments, string? input)
    {
        if (input is "")
        {
            return "";
        }
        var result = await CommandRunner.RunAsync(_space.Namespace, program, arguments, input, null, CancellationToken.None);
        Assert.True(
            result.ExitCode == 0,
            string.Create(CultureInfo.InvariantCulture, $"{program} {string.Join(' ', arguments)} ended with {result.ExitCode}: {result.Errors}\n{Numbered(input)}"));
        return result.Output;
    }

    /// <summary>Whether a program ends well inside.</summary>
    public async Task<bool> TryAsync(string program, string[] arguments) =>
        (await CommandRunner.RunAsync(_space.Namespace, program, arguments, null, null, CancellationToken.None)).ExitCode == 0;

    private static string Numbered(string? text) =>
        string.Join('\n', (text ?? "").Split('\n').Select((line, i) => $"{i + 1,4} {line}"));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var socket in _receivers)
        {
            socket.Dispose();
        }
        foreach (var tap in _taps.Values)
        {
            tap.Dispose();
        }
        _space.Dispose();
    }
}
