using System.Collections.Concurrent;
using System.Formats.Tar;
using System.IO.Compression;

namespace Plumbline.Testing;

/// <summary>
/// States of the recorded deployment of three nodes as they are with another firewall driver or with L2 population: their switches' part
/// was played by Neutron's own agent on a real Open vSwitch (tests/neutron-agent/switch.py and state.py), the rest is the recording's.
/// </summary>
public static class PlayedStates
{
    /// <summary><c>firewall_driver = openvswitch</c>: taps on br-int, security groups in its tables.</summary>
    public const string Native = "native";

    /// <summary>The native firewall, with L2 population and ARP responder.</summary>
    public const string NativeL2Population = "l2pop";

    /// <summary><c>iptables_hybrid</c>, with L2 population and ARP responder.</summary>
    public const string HybridL2Population = "l2hybrid";

    /// <summary><c>firewall_driver = noop</c>: taps on br-int, the agent's ARP and MAC checks, no security groups.</summary>
    public const string Noop = "noop";

    private static readonly ConcurrentDictionary<string, Lazy<string>> _unpacked = new(StringComparer.Ordinal);

    /// <summary>The folder of a state: nodes beside <c>api</c>, <c>probe.json</c> and <c>rig-topology.json</c>.</summary>
    public static string Folder(string state) => _unpacked.GetOrAdd(state, name => new(() => Unpack(name))).Value;

    private static string Unpack(string state)
    {
        var folder = Directory.CreateTempSubdirectory("plumbline-state-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        using var packed = File.OpenRead(Path.Combine(SharedFiles.RepositoryRoot, "tests", "neutron-agent", "states", state + ".tar.gz"));
        using var text = new GZipStream(packed, CompressionMode.Decompress);
        TarFile.ExtractToDirectory(text, folder, overwriteFiles: false);
        return folder;
    }
}
