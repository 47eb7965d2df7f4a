using Plumbline.Linux;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources;

public static partial class LiveNode
{
    /// <summary>More devices than these are not asked for one by one: all rules are then read.</summary>
    private const int MostDevices = 16;

    /// <summary>
    /// The snapshot with those rules that it lacks for <paramref name="wishes"/>: of the node's own namespace only what packets by these
    /// devices can meet (<see cref="FirewallText.Devices"/>), of a named one all. Sets are read once.
    /// </summary>
    /// <remarks>Never less than asked for: where a few chains cannot be read alone, all rules are.</remarks>
    public static Task<NodeSnapshot> ReadRulesAsync(
        NodeAccess access, NodeSnapshot snapshot, IReadOnlyList<RulesWish> wishes, CancellationToken cancellationToken) =>
        ReadRulesAsync(access, snapshot, wishes, null, cancellationToken);

    /// <summary>As the other, with what was begun before; null: nothing was.</summary>
    public static async Task<NodeSnapshot> ReadRulesAsync(
        NodeAccess access, NodeSnapshot snapshot, IReadOnlyList<RulesWish> wishes, RulesAhead? ahead, CancellationToken cancellationToken)
    {
        var spaces = FindNamespaces(access);
        var texts = snapshot.Firewall.ToList();
        var reports = new List<SourceReport>();
        foreach (var wish in wishes)
        {
            var file = wish.Namespace.Length == 0 ? spaces.OwnFile : spaces.Named.FirstOrDefault(n => n.Name == wish.Namespace)?.Path;
            if (wish.Namespace.Length > 0 && file is null)
            {
                continue;   // gone meanwhile
            }
            List<(string Name, string? File)> places = [(wish.Namespace, file)];
            var isAhead = ahead is not null && wish.Namespace.Length == 0 && ahead.NamespaceFile == file;
            var sets = isAhead ? ahead!.Sets
                : texts.Exists(t => t.Namespace == wish.Namespace && t.Tool == "ipset save") ? null
                : RunFirewallToolAsync(_firewallTools[2], places, cancellationToken);
            var tool = _firewallTools[wish.IsIPv6 ? 1 : 0];
            var had = texts.Find(t => t.Namespace == wish.Namespace && t.Tool == tool.Tool);
            if (had is { Devices: null } && wish.Devices is not null)
            {
                continue;
            }
            var devices = new HashSet<string>(had?.Devices ?? [], StringComparer.Ordinal);
            devices.UnionWith(wish.Devices ?? devices);
            var some = wish.Namespace.Length > 0 || wish.Devices is null || devices.Count > MostDevices
                ? null
                : isAhead && ahead!.IsIPv6 == wish.IsIPv6 ? await ahead.ReadAsync(devices)
                : await ReadChainsAsync(file, wish.IsIPv6, devices, cancellationToken);
            texts.RemoveAll(t => t.Namespace == wish.Namespace && (t.Tool == tool.Tool || t.Tool == tool.Legacy));
            if (some is not null)
            {
                texts.Add(new(wish.Namespace, tool.Tool, some) { Devices = [.. devices.Order(StringComparer.Ordinal)] });
            }
            else
            {
                var (whole, report) = await RunFirewallToolAsync(tool, places, cancellationToken);
                texts.AddRange(whole);
                reports.Add(report);
            }
            if (sets is not null)
            {
                var (named, report) = await sets;
                texts.RemoveAll(t => t.Namespace == wish.Namespace && t.Tool == "ipset save");
                var rules = texts.FindAll(t => t.Namespace == wish.Namespace);
                texts.AddRange(named.Select(t => UsedSets.Of(t, rules)));
                reports.Add(report);
            }
        }
        return snapshot with { Firewall = texts, Sources = [.. snapshot.Sources, .. reports.Where(r => r.Outcome != SourceOutcome.Read).Distinct().Except(snapshot.Sources)] };
    }

    /// <summary>Begins to read a node's own rules, before it is known which a question needs; null where only all are to be had.</summary>
    /// <param name="access">The node.</param>
    /// <param name="isIPv6">ip6tables' rules, not iptables'.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static RulesAhead? StartRules(NodeAccess access, bool isIPv6, CancellationToken cancellationToken)
    {
        NetworkNamespace? place = null;
        try
        {
            place = access.NamespaceFile is { } file ? NetworkNamespace.Open(file) : null;
            if (!HasLegacyTables(place, isIPv6 ? "ip6tables-save" : "iptables-save"))
            {
                List<(string Name, string? File)> places = [("", access.NamespaceFile)];
                return new(access.NamespaceFile, place, isIPv6, token => RunFirewallToolAsync(_firewallTools[2], places, token), cancellationToken);
            }
        }
        catch (LinuxException)
        {
            place?.Dispose();
            return null;    // reading all of it says why
        }
        place?.Dispose();
        return null;
    }

    private static async Task<string?> ReadChainsAsync(string? file, bool isIPv6, HashSet<string> devices, CancellationToken cancellationToken)
    {
        try
        {
            using var place = file is null ? null : NetworkNamespace.Open(file);
            await using var reader = HasLegacyTables(place, isIPv6 ? "ip6tables-save" : "iptables-save")
                ? null : ChainReader.Open(place, isIPv6, cancellationToken);
            return reader is null ? null : await reader.ReadAsync(devices);
        }
        catch (LinuxException)
        {
            return null;    // reading all of it says why
        }
    }
}
