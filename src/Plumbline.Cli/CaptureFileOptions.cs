using System.CommandLine;
using System.Net;
using Plumbline.Diagnosis.Capturing;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;

namespace Plumbline.Cli;

/// <summary>What commands that read capture files share.</summary>
internal static class CaptureFileOptions
{
    private static readonly Dictionary<IPAddress, string> _none = [];

    /// <summary>The file.</summary>
    public static Argument<string> CreateFile() => new("FILE")
    {
        Description = "pcap or pcapng, plain, gzip or zstd; - is standard input",
    };

    /// <summary>Names beyond those in the file.</summary>
    public static Option<string?> CreateNames() => new("--names")
    {
        Description = "Names of addresses from a snapshot (plumb snapshot), beside those in the file",
        HelpName = "SNAPSHOT",
    };

    /// <summary>Of a snapshot, or none.</summary>
    public static IReadOnlyDictionary<IPAddress, string> ReadNames(string? snapshot) =>
        snapshot is null ? _none : CapturePlanner.NamesOf(Topology.Build(OfflineNode.Read(snapshot)));
}
