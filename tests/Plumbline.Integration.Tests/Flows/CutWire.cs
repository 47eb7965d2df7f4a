using Plumbline.Integration.Tests.Timing;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Flows;

/// <summary>Two hosts and a wire between them that a <see cref="WireCut"/> holds: real TCP of the kernel, real losses.</summary>
public sealed class CutWire : IAsyncLifetime, IDisposable
{
    public const string Left = "10.40.0.1";
    public const string Right = "10.40.0.2";

    private readonly List<TestNamespace> _spaces = [];
    private WireCut? _holder;

    public string Folder { get; } = Directory.CreateTempSubdirectory("plt-cut-").FullName;

    public TestNamespace A => _spaces[0];

    public TestNamespace B => _spaces[2];

    public IReadOnlyList<(TestNamespace Space, string Device)> Ends => [(A, "ea"), (B, "eb")];

    internal WireCut Holder
    {
        get
        {
            Root.SkipUnlessRoot();
            foreach (var program in (string[])["dumpcap", "tshark", "mergecap", "ethtool", "iptables"])
            {
                Root.SkipUnlessInstalled(program);
            }
            return _holder!;
        }
    }

    public Task InitializeAsync()
    {
        if (!Root.IsRoot || !Root.IsInstalled("ethtool"))
        {
            return Task.CompletedTask;
        }
        foreach (var label in (string[])["a", "wire", "b"])
        {
            _spaces.Add(TestNamespace.Create(label, inRunNetns: true));
        }
        Join("ea", Left, A, "wa");
        Join("eb", Right, B, "wb");
        _holder = new(_spaces[1].Namespace, "wa", "wb");
        return Task.CompletedTask;
    }

    public Task DisposeAsync()
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _holder?.Dispose();
        _holder = null; // xunit asks both ways
        _spaces.ForEach(s => s.Dispose());
        _spaces.Clear();
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    /// <summary>Captures at both ends while something happens.</summary>
    /// <returns>The two files.</returns>
    internal (string AtA, string AtB) Capture(Action action)
    {
        using (var captures = new HopCaptures(Folder, Ends))
        {
            action();
            ChainTraffic.Await(HolderNative.Now + 400_000_000); // dumpcap takes what the kernel has handed out when it is asked to end
            captures.Join();
        }
        return (Path.Join(Folder, "ea.pcapng"), Path.Join(Folder, "eb.pcapng"));
    }

    /// <summary>Segments on the wire are as the sender made them.</summary>
    private void Join(string device, string address, TestNamespace host, string peer)
    {
        RoutedChain.Shell(host, $"""
            sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.tcp_syn_retries=2
            ip link add {device} type veth peer name {peer} netns {_spaces[1].Name}
            ethtool -K {device} tso off gso off gro off tx off >/dev/null
            ip addr add {address}/24 dev {device}; ip link set {device} up
            """);
        RoutedChain.Shell(_spaces[1], $"sysctl -qw net.ipv6.conf.all.disable_ipv6=1; ethtool -K {peer} gro off tx off >/dev/null; ip link set {peer} up");
    }
}
