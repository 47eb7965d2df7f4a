using System.Globalization;
using Plumbline.Linux;
using Plumbline.Linux.Processes;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources;

public static partial class LiveNode
{
    /// <summary>
    /// What is run, under which name its text is kept, and whether a -legacy variant may hold rules beside it (iptables-nft sees only
    /// nftables' tables).
    /// </summary>
    private static readonly (string Tool, string Program, string[] Arguments, string? Legacy)[] _firewallTools =
    [
        ("iptables-save", "iptables-save", ["-c"], "iptables-legacy-save"),
        ("ip6tables-save", "ip6tables-save", ["-c"], "ip6tables-legacy-save"),
        ("ipset save", "ipset", ["save"], null),
    ];

    /// <summary>All tools in all namespaces; or in the node's own alone; or, for the guests' addresses, its rules without sets.</summary>
    private static async Task<SourceResult<IReadOnlyList<FirewallText>>> ReadFirewallAsync(
        FoundNamespaces found, SnapshotScope scope, CancellationToken cancellationToken)
    {
        var places = new List<(string Name, string? File)> { ("", found.OwnFile) };
        if (scope.HasFlag(SnapshotScope.Firewall))
        {
            foreach (var named in found.Named)
            {
                places.Add((named.Name, named.Path));
            }
        }
        List<(string Tool, string Program, string[] Arguments, string? Legacy)> tools =
            [.. (scope & (SnapshotScope.Firewall | SnapshotScope.OwnFirewall)) != 0 ? _firewallTools : _firewallTools[..2]];
        tools.RemoveAll(t => (scope.HasFlag(SnapshotScope.NoIPv6Rules) && t.Program == "ip6tables-save")
            || (scope.HasFlag(SnapshotScope.NoIPv4Rules) && t.Program == "iptables-save"));
        var asked = new Task<(IReadOnlyList<FirewallText> Texts, SourceReport Report)>[tools.Count];
        for (var i = 0; i < tools.Count; i++)
        {
            asked[i] = RunFirewallToolAsync(tools[i], places, cancellationToken);
        }
        var texts = new List<FirewallText>();
        var reports = new List<SourceReport>();
        foreach (var answer in asked)
        {
            var (some, report) = await answer;
            texts.AddRange(some);
            reports.Add(report);
        }
        return new(texts, reports);
    }

    private static async Task<(IReadOnlyList<FirewallText> Texts, SourceReport Report)> RunFirewallToolAsync(
        (string Tool, string Program, string[] Arguments, string? Legacy) tool,
        List<(string Name, string? File)> places,
        CancellationToken cancellationToken)
    {
        if (Programs.Find(tool.Program) is not { } path)
        {
            return ([], new()
            {
                Source = SourceOf(tool.Tool),
                Where = tool.Tool,
                Outcome = SourceOutcome.Absent,
                Detail = $"{tool.Program} is not installed",
                Consequence = "rules of that kind, if there are any, are not known: install "
                    + (Programs.PackageOf(tool.Program) ?? tool.Program),
            });
        }
        var legacyPath = tool.Legacy is null ? null : Programs.Find(tool.Legacy);
        var results = new FirewallResult[places.Count];
        await Parallel.ForAsync(
            0,
            places.Count,
            new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = cancellationToken },
            async (i, token) => results[i] = await RunFirewallToolAsync(
                places[i].Name, places[i].File, tool.Tool, path, tool.Arguments, legacyPath, token));
        var texts = new List<FirewallText>();
        foreach (var result in results)
        {
            texts.AddRange(result.Texts);
        }
        return (texts, FirewallReport(tool.Tool, results));
    }

    private static async Task<FirewallResult> RunFirewallToolAsync(
        string name, string? file, string tool, string path, string[] arguments, string? legacyPath, CancellationToken cancellationToken)
    {
        try
        {
            using var place = file is null ? null : NetworkNamespace.Open(file);
            var result = await CommandRunner.RunAsync(place, path, arguments, null, null, cancellationToken);
            if (result.ExitCode != 0)
            {
                return new(name, [], FirstLine(result.Errors) ?? Ended(tool, result.ExitCode));
            }
            var texts = new List<FirewallText> { new(name, tool, result.Output) };
            if (legacyPath is not null && (result.Output.Length == 0 || result.Output.Contains("(nf_tables)", StringComparison.Ordinal))
                && HasLegacyTables(place, tool))
            {
                var legacy = await CommandRunner.RunAsync(place, legacyPath, arguments, null, null, cancellationToken);
                if (legacy.ExitCode == 0 && legacy.Output.Length > 0)
                {
                    texts.Add(new(name, Path.GetFileName(legacyPath), legacy.Output));
                }
            }
            return new(name, texts, null);
        }
        catch (LinuxException exception)
        {
            return new(name, [], exception.Problem.What);
        }
    }

    /// <summary>The kernel lists tables that iptables-legacy made. Looking does not make them, which running the tool might.</summary>
    private static bool HasLegacyTables(NetworkNamespace? place, string tool)
    {
        var list = tool.StartsWith("ip6", StringComparison.Ordinal) ? "ip6_tables_names" : "ip_tables_names";
        bool Look()
        {
            try
            {
                return File.ReadAllText($"/proc/thread-self/net/{list}").Length > 0;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return false;   // module not loaded: no such tables
            }
        }

        return place is null ? Look() : place.Run(Look);
    }

    private static SourceReport FirewallReport(string tool, FirewallResult[] results)
    {
        var failed = new List<string>();
        string? first = null;
        foreach (var result in results)
        {
            if (result.Failure is not null)
            {
                first ??= result.Failure;
                failed.Add(result.Name.Length == 0 ? result.Failure : $"{result.Name}: {result.Failure}");
            }
        }
        var forbidden = first is not null
            && (first.Contains("Permission denied", StringComparison.OrdinalIgnoreCase)
                || first.Contains("not permitted", StringComparison.OrdinalIgnoreCase)
                || first.Contains("must be root", StringComparison.OrdinalIgnoreCase));
        return new()
        {
            Source = SourceOf(tool),
            Where = tool,
            Outcome = first is null ? SourceOutcome.Read
                : failed.Count < results.Length ? SourceOutcome.Partial
                : forbidden ? SourceOutcome.Forbidden
                : SourceOutcome.Failed,
            Detail = first is null ? null : string.Join("; ", failed),
            Consequence = first is null ? null : "what is filtered is not known" + (forbidden ? ": run as root" : ""),
        };
    }

    private static string SourceOf(string tool) => tool.Split('-', ' ')[0];

    private static string Ended(string tool, int exitCode) =>
        string.Create(CultureInfo.InvariantCulture, $"{tool} ended with exit status {exitCode}");

    private static string? FirstLine(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            if (line.Trim() is { Length: > 0 } words)
            {
                return words;
            }
        }
        return null;
    }

    private sealed record FirewallResult(string Name, IReadOnlyList<FirewallText> Texts, string? Failure);
}
