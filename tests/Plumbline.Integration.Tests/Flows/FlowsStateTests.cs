using System.Net;
using System.Net.Sockets;
using Plumbline.Integration.Tests.Timing;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Flows;

/// <summary>Connections of the kernel's own TCP that fail in every way that <c>plumb flows</c> names, beside tshark's counts.</summary>
public sealed class FlowsStateTests(CutWire wire) : IClassFixture<CutWire>
{
    private const int Unanswered = 9101;
    private const int Refused = 9102;
    private const int HalfOpen = 9103;
    private const int Reset = 9104;
    private const int Closed = 9105;
    private const int Full = 9106;

    [SkippableFact]
    public void Connections_that_fail_are_told_apart_and_counted_as_tshark_counts()
    {
        wire.Holder.Begin(new());
        RoutedChain.Shell(wire.B, $"iptables -A INPUT -p tcp --dport {Unanswered} -j DROP");
        RoutedChain.Shell(wire.A, $"iptables -A INPUT -p tcp --sport {HalfOpen} -j DROP");
        using var full = new ManualResetEventSlim();
        var (atA, _) = wire.Capture(() =>
        {
            var begun = ((int[])[Unanswered, Refused, HalfOpen]).Select(port => Task.Run(() => Connect(port, _ => { }))).ToArray();
            using (Listen(HalfOpen))
            {
                Task.WaitAll(begun);
            }
            Serve(Reset, client => client.Send(new byte[100]), server =>
            {
                server.Receive(new byte[100]);
                server.Close(0); // RST
            });
            Serve(Closed, client => client.Shutdown(SocketShutdown.Send), server => server.Receive(new byte[1]));
            Serve(Full, client =>
            {
                client.SendTimeout = 1500;
                Assert.Throws<SocketException>(() => client.Send(new byte[8 << 20]));
                full.Set();
            }, server => full.Wait()); // nobody reads
            wire.A.Run("sh", "-c", "ping -n -q -c 2 -i 0.3 -W 1 10.40.0.77 || true");
        });
        var flows = new FlowsAnswer(atA);
        Assert.Equal("syn-unanswered", State(flows, Unanswered));
        Assert.Equal("refused", State(flows, Refused));
        Assert.Equal("half-open", State(flows, HalfOpen));
        Assert.Equal("reset", State(flows, Reset));
        Assert.Equal("closed", State(flows, Closed));
        foreach (var port in (int[])[Unanswered, Refused, HalfOpen, Reset, Closed, Full])
        {
            var (from, to) = (flows.To(port).GetProperty("initiator"), flows.To(port).GetProperty("responder"));
            Equal("tcp.flags.syn==1 && tcp.flags.ack==0", port, FlowsAnswer.Number(from, "syns"));
            Equal("tcp.flags.reset==1", port, FlowsAnswer.Number(from, "resets") + FlowsAnswer.Number(to, "resets"));
            Equal("tcp.analysis.zero_window", port, FlowsAnswer.Number(from, "zeroWindows") + FlowsAnswer.Number(to, "zeroWindows"));
        }
        Assert.True(FlowsAnswer.Number(flows.To(Full).GetProperty("responder"), "zeroWindows") > 0);
        Assert.True(FlowsAnswer.Number(flows.To(Unanswered).GetProperty("initiator"), "retransmissions") >= 2); // tcp_syn_retries 2, or more at first
        var neighbour = Assert.Single(flows.List("neighboursUnanswered"));
        Assert.Equal("10.40.0.77", neighbour.GetProperty("wanted").GetString());
        Assert.Equal(flows.Tshark("arp.opcode==1 && arp.dst.proto_ipv4==10.40.0.77"), neighbour.GetProperty("times").GetInt32());

        void Equal(string filter, int port, int ours) => Assert.True(
            flows.Tshark($"{filter} && tcp.port=={port}") is var theirs && theirs == ours, $"port {port}, {filter}: tshark {theirs}, we {ours}");
    }

    [SkippableFact]
    public void Round_trips_agree_with_tsharks()
    {
        wire.Holder.Begin(new() { Delay = TimeSpan.FromMilliseconds(15), OneWay = true });
        var (atA, _) = wire.Capture(() => ChainTraffic.SendStream(wire.A, wire.B, CutWire.Right, 200, 1000, TimeSpan.FromMilliseconds(10)));
        var flows = new FlowsAnswer(atA);
        var ours = flows.To(ChainTraffic.Port).GetProperty("initiator").GetProperty("roundTrip");
        var theirs = flows.Values($"tcp.analysis.ack_rtt && tcp.srcport=={ChainTraffic.Port}", "tcp.analysis.ack_rtt");
        Assert.InRange(ours.GetProperty("leastSeconds").GetDouble(), theirs.Min() - 1e-6, theirs.Max());
        Assert.InRange(ours.GetProperty("greatestSeconds").GetDouble(), theirs.Min(), theirs.Max() + 1e-6);
        Assert.InRange(ours.GetProperty("meanSeconds").GetDouble(), theirs.Average() * 0.8, theirs.Average() * 1.25);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_way_that_is_too_narrow_is_told_whether_the_router_says_so_or_not(bool isSilent)
    {
        _ = wire.Holder;
        using var router = TestNamespace.Create("router", inRunNetns: true);
        using var host = TestNamespace.Create("host", inRunNetns: true);
        using var other = TestNamespace.Create("other", inRunNetns: true);
        Link(host, "eh", "10.41.0.2/24", router, "rh", "10.41.0.1/24");
        Link(other, "eo", "10.42.0.2/24", router, "ro", "10.42.0.1/24");
        RoutedChain.Shell(router, $"""
            sysctl -qw net.ipv4.ip_forward=1
            ip link set ro mtu 1300
            {(isSilent ? "iptables -A OUTPUT -p icmp --icmp-type fragmentation-needed -j DROP" : "true")}
            """);
        RoutedChain.Shell(host, "ip route add default via 10.41.0.1; sysctl -qw net.ipv4.tcp_mtu_probing=0");
        RoutedChain.Shell(other, "ip route add default via 10.42.0.1");
        string file;
        using (var captures = new HopCaptures(wire.Folder, [(host, "eh")]))
        {
            using var listener = Listen(Closed, other);
            using var client = Open(host);
            client.Connect("10.42.0.2", Closed);
            using var server = listener.Accept();
            client.Send(new byte[200]);
            server.Receive(new byte[200]);
            client.Send(new byte[4000]);
            ChainTraffic.Await(HolderNative.Now + 3_000_000_000); // sent again at about 0.2, 0.6, 1.4 s
            captures.Join();
            file = Path.Join(wire.Folder, "eh.pcapng");
        }
        var problem = Assert.Single(new FlowsAnswer(file).List("mtuProblems"));
        Assert.Equal(isSilent ? "black-hole" : "told", problem.GetProperty("kind").GetString());
        Assert.Equal(("10.41.0.2", "10.42.0.2"), (problem.GetProperty("source").GetString(), problem.GetProperty("destination").GetString()));
        if (isSilent)
        {
            Assert.InRange(problem.GetProperty("packetLength").GetInt32(), 1301, 1500);
        }
        else
        {
            Assert.Equal(("10.41.0.1", 1300), (problem.GetProperty("teller").GetString(), problem.GetProperty("mtu").GetInt32()));
        }
    }

    private static string State(FlowsAnswer flows, int port) => flows.To(port).GetProperty("state").GetString()!;

    private static Socket Open(TestNamespace space)
    {
        var socket = space.Namespace.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        socket.NoDelay = true;
        return socket;
    }

    private Socket Listen(int port, TestNamespace? space = null)
    {
        var listener = Open(space ?? wire.B);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Any, port));
        listener.Listen();
        return listener;
    }

    private void Connect(int port, Action<Socket> action)
    {
        using var client = Open(wire.A);
        try
        {
            client.Connect(CutWire.Right, port);
        }
        catch (SocketException)
        {
            return; // as planned
        }
        action(client);
    }

    private void Serve(int port, Action<Socket> client, Action<Socket> server)
    {
        using var listener = Listen(port);
        var served = Task.Run(() =>
        {
            using var accepted = listener.Accept();
            server(accepted);
        });
        Connect(port, socket =>
        {
            client(socket);
            served.Wait();
        });
    }

    private static void Link(TestNamespace host, string device, string address, TestNamespace router, string peer, string its)
    {
        RoutedChain.Shell(host, $"""
            sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
            ip link add {device} type veth peer name {peer} netns {router.Name}
            ethtool -K {device} tso off gso off gro off tx off >/dev/null
            ip addr add {address} dev {device}; ip link set {device} up
            """);
        RoutedChain.Shell(router, $"ethtool -K {peer} gro off >/dev/null; ip addr add {its} dev {peer}; ip link set {peer} up");
    }
}
