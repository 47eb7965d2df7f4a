using Plumbline.Integration.Tests.Capturing;
using Plumbline.Integration.Tests.Timing;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Flows;

/// <summary>A client, a server and another host on one bridge, for real DHCP and DNS programs; captured at the client's device.</summary>
internal sealed class ServedNetwork : IDisposable
{
    public const string ServerAddress = "10.44.0.1";
    public const string OtherAddress = "10.44.0.2";

    private readonly List<PlumbProcess> _daemons = [];
    private readonly TestNamespace _switch = TestNamespace.Create("switch", inRunNetns: true);

    public ServedNetwork()
    {
        foreach (var program in (string[])["dnsmasq", "udhcpc", "dhclient", "dumpcap", "mergecap", "tshark", "iptables"])
        {
            Root.SkipUnlessInstalled(program);
        }
        RoutedChain.Shell(_switch, "ip link add br0 type bridge; ip link set br0 up");
        Join(Client, "ec", null);
        Join(Server, "es", 1);
        Join(Other, "eo", 2);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("plt-served-").FullName;

    public TestNamespace Client { get; } = TestNamespace.Create("client", inRunNetns: true);

    public TestNamespace Server { get; } = TestNamespace.Create("server", inRunNetns: true);

    public TestNamespace Other { get; } = TestNamespace.Create("other", inRunNetns: true);

    /// <summary>Starts a dnsmasq and waits until it serves.</summary>
    public void Serve(TestNamespace space, string device, params string[] options) => Start(
        space, "started, version", "dnsmasq",
        [
            "-k", "-C", "/dev/null", "--log-facility=-", "--user=root", "--no-resolv", "--no-hosts", "--no-ping", $"--interface={device}",
            "--bind-interfaces", $"--dhcp-leasefile={Folder}/{device}.leases", $"--pid-file={Folder}/{device}.pid", .. options,
        ]);

    /// <summary>Starts a program that goes on, and waits for what it says on standard error when it is ready.</summary>
    public void Start(TestNamespace space, string ready, string program, params string[] arguments)
    {
        var daemon = PlumbProcess.StartProgram(true, "ip", ["netns", "exec", space.Name, program, .. arguments]);
        _daemons.Add(daemon);
        CaptureNode.Until(() => daemon.Error.Contains(ready, StringComparison.Ordinal) || daemon.Process.HasExited, $"{program} is ready");
        Assert.False(daemon.Process.HasExited, daemon.Error);
    }

    /// <summary>Runs programs on the client, whose failing is expected, and reads what was captured of it.</summary>
    public FlowsAnswer Run(string script)
    {
        using var captures = new HopCaptures(Folder, [(Client, "ec")]);
        // dhclient goes on behind once it has a lease
        Client.Run("sh", "-c", $"cd {Folder}; ( {script} ) >run.log 2>&1; for p in p4 p6; do [ ! -s $p ] || kill \"$(cat $p)\"; done; true");
        ChainTraffic.Await(HolderNative.Now + 400_000_000); // dumpcap takes what the kernel has handed out when it is asked to end
        captures.Join();
        return new(Path.Join(Folder, "ec.pcapng"));
    }

    public void Dispose()
    {
        _daemons.ForEach(d => d.Dispose());
        Client.Dispose();
        Server.Dispose();
        Other.Dispose();
        _switch.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private void Join(TestNamespace host, string device, int? number)
    {
        RoutedChain.Shell(host, $"""
            sysctl -qw net.ipv6.conf.all.accept_ra=0 net.ipv6.conf.default.accept_ra=0 net.ipv6.conf.default.accept_dad=0
            ip link add {device} type veth peer name p-{device} netns {_switch.Name}
            {(number is null ? "" : $"ip addr add 10.44.0.{number}/24 dev {device}; ip addr add fd44::{number}/64 dev {device} nodad")}
            ip link set {device} up
            """);
        RoutedChain.Shell(_switch, $"ip link set p-{device} master br0 up");
    }
}
