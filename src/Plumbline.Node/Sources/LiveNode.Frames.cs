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
    /// The namespaces with their rules of ebtables (where there are bridges) and arptables. nf_tables is asked for chains first: the tools run only
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
                if (isBridged && RouteNetlink.ListNetfilterChains(place, BridgeFamily).Count > 0)
                {
                    await AddAsync(place, "ebtables");
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
}
