using System.Text;
using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Linux.Processes;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources;

public static partial class LiveNode
{
    private const byte BridgeFamily = 7;
    private const byte ArpFamily = 3;

    private static readonly string[] _ofIptables = ["raw", "mangle", "nat", "filter", "security"];

    /// <summary>NFPROTO_ (linux/netfilter.h) as nft(8) calls them.</summary>
    private static readonly Dictionary<int, string> _families = new()
    {
        [1] = "inet",
        [2] = "ip",
        [ArpFamily] = "arp",
        [5] = "netdev",
        [BridgeFamily] = "bridge",
        [10] = "ip6",
    };

    /// <summary>
    /// The namespaces with their rules of ebtables (where there are bridges), arptables and nft's own. nf_tables is asked for chains first: the tools run only
    /// where there are any, so that looking makes none. What the old back ends hold is not seen.
    /// </summary>
    private static async Task<IReadOnlyList<NamespaceFacts>> ReadFrameRulesAsync(
        FoundNamespaces found, IReadOnlyList<NamespaceFacts> spaces, SnapshotScope scope, bool isNarrow, CancellationToken cancellationToken)
    {
        var result = spaces.ToArray();
        for (var i = 0; i < result.Length; i++)
        {
            var name = result[i].Name;
            var file = name.Length == 0 ? found.OwnFile : found.Named.FirstOrDefault(n => n.Name == name)?.Path;
            var isBridged = result[i].Links.Any(l => l.Kind == "bridge");
            var isAsked = name.Length == 0 || scope.HasFlag(SnapshotScope.Firewall);
            if (name.Length > 0 && file is null || !isBridged && !isAsked)
            {
                continue;
            }
            var texts = new List<FrameRulesText>();
            try
            {
                using var place = file is null ? null : NetworkNamespace.Open(file);
                var chains = ChainsOf(place, isNarrow);
                if (isBridged && chains.Exists(c => c.Family == BridgeFamily && IsOfTools(c)))
                {
                    await AddAsync(place, "ebtables");
                }
                var own = chains.Where(c => c.Hook is not null && !IsOfTools(c)).Select(c => (c.Family, c.Table)).Distinct().ToList();
                if (own.Count > 0)
                {
                    await AddNftAsync(place, own);
                }
                if (isAsked && chains.Exists(c => c.Family == ArpFamily))
                {
                    await AddAsync(place, "arptables");
                }
            }
            catch (LinuxException)
            {
                continue;       // without nf_tables, or not for us: not told
            }
            result[i] = texts.Count > 0 ? result[i] with { FrameRules = texts } : result[i];

            // table by table: all of it would be iptables' rules too, of which there may be tens of thousands
            async Task AddNftAsync(NetworkNamespace? place, List<(int Family, string Name)> tables)
            {
                var own = new StringBuilder();
                foreach (var (family, table) in tables)
                {
                    if (Programs.Find("nft") is { } program && _families.TryGetValue(family, out var word)
                        && await CommandRunner.RunAsync(place, program, ["-n", "list", "table", word, table], null, null, cancellationToken)
                            is { ExitCode: 0 } said)
                    {
                        own.Append(said.Output);
                    }
                }
                if (own.Length > 0)
                {
                    texts.Add(new("nft", own.ToString()));
                }
            }

            async Task AddAsync(NetworkNamespace? place, string tool)
            {
                if ((Programs.Find($"{tool}-nft-save") ?? Programs.Find($"{tool}-save")) is { } program)
                {
                    var said = await CommandRunner.RunAsync(place, program, [], null, null, cancellationToken);
                    if (said.ExitCode == 0 && said.Output.Length > 0)
                    {
                        texts.Add(new(tool, said.Output));
                    }
                }
            }
        }
        return result;
    }

    /// <summary>
    /// The chains of all tables, or of those that iptables does not keep: for a question about a few VMs its chains are read elsewhere,
    /// and a list of thousands costs more than all else here.
    /// </summary>
    private static List<NetfilterChain> ChainsOf(NetworkNamespace? place, bool isNarrow)
    {
        if (!isNarrow)
        {
            return [.. RouteNetlink.ListNetfilterChains(place)];
        }
        var families = RouteNetlink.ListNetfilterTables(place).Where(t => t.Family is not (2 or 10) || Array.IndexOf(_ofIptables, t.Name) < 0)
            .Select(t => t.Family).Distinct();
        return [.. families.SelectMany(f => RouteNetlink.ListNetfilterChains(place, f))];
    }

    /// <summary>Made by iptables-nft, ebtables-nft or arptables-nft: their base chains have names in capitals.</summary>
    private static bool IsOfTools(NetfilterChain chain) => chain.Name.Length > 0 && chain.Name.All(char.IsAsciiLetterUpper);
}
