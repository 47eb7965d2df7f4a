using System.Text;
using Plumbline.Iptables.Frames;
using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Linux.Processes;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources;

public static partial class LiveNode
{
    private const byte BridgeFamily = 7;
    private const byte ArpFamily = 3;

    /// <summary>
    /// The namespaces with their rules of ebtables (where there are bridges), arptables and nft's own. nf_tables is asked for chains first: the tools run only
    /// where there are any, so that looking makes none. What the old back ends hold is not seen.
    /// </summary>
    private static async Task<IReadOnlyList<NamespaceFacts>> ReadFrameRulesAsync(
        FoundNamespaces found, IReadOnlyList<NamespaceFacts> spaces, SnapshotScope scope, CancellationToken cancellationToken)
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
                if (isBridged && RouteNetlink.ListNetfilterChains(place, BridgeFamily).Any(IsOfTools))
                {
                    await AddAsync(place, "ebtables");
                }
                if (RouteNetlink.ListNetfilterChains(place).Any(c => c.Hook is not null && !IsOfTools(c)))
                {
                    await AddNftAsync(place);
                }
                if (isAsked && RouteNetlink.ListNetfilterChains(place, ArpFamily).Count > 0)
                {
                    await AddAsync(place, "arptables");
                }
            }
            catch (LinuxException)
            {
                continue;       // without nf_tables, or not for us: not told
            }
            result[i] = texts.Count > 0 ? result[i] with { FrameRules = texts } : result[i];

            async Task AddNftAsync(NetworkNamespace? place)
            {
                if (Programs.Find("nft") is { } program
                    && await CommandRunner.RunAsync(place, program, ["-n", "list", "ruleset"], null, null, cancellationToken) is { ExitCode: 0 } said)
                {
                    var own = new StringBuilder();
                    var lines = said.Output.Split('\n');
                    for (var at = 0; at < lines.Length; at++)
                    {
                        if (NftParser.Header(lines[at]) is not null)
                        {
                            var end = NftParser.EndOf(lines, at);
                            own.Append(NftParser.IsOfTools(lines, at, end) ? "" : string.Join('\n', lines[at..(end + 1)]) + "\n");
                            at = end;
                        }
                    }
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

    /// <summary>Made by iptables-nft, ebtables-nft or arptables-nft: their base chains have names in capitals.</summary>
    private static bool IsOfTools(NetfilterChain chain) => chain.Name.Length > 0 && chain.Name.All(char.IsAsciiLetterUpper);
}
