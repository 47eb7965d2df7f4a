using System.Globalization;
using System.Text.RegularExpressions;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// Gives listings to bridges: by the bridge that the output or its command names, by the name of the file, or, where all that is missing, by the
/// port numbers that only one bridge has.
/// </summary>
internal sealed partial class SwitchAttribution(OvsFacts? ovs)
{
    private readonly Dictionary<string, BridgeSwitching> _bridges = new(StringComparer.Ordinal);

    private readonly HashSet<(string Bridge, SwitchListingKind Kind)> _given = [];

    /// <summary>Bridges with what was given to them, by name.</summary>
    public IReadOnlyList<BridgeSwitching> Bridges => [.. _bridges.Values.OrderBy(bridge => bridge.Bridge, StringComparer.Ordinal)];

    /// <summary>Gives <paramref name="listing"/> to its bridge; false where it cannot be told which.</summary>
    public bool Give(SwitchListing listing)
    {
        if ((listing.Bridge ?? NamedByCommand(listing.Command) ?? NamedByFile(listing.Where) ?? OnlyOneWithPorts(listing)) is not { } name)
        {
            return false;
        }
        _given.Add((name, listing.Kind));
        var bridge = _bridges.GetValueOrDefault(name) ?? new BridgeSwitching { Bridge = name };
        _bridges[name] = listing.Kind switch
        {
            SwitchListingKind.Flows => bridge with { Flows = Fuller(bridge.Flows, listing.Text) },
            SwitchListingKind.NamedFlows => bridge with { Flows = bridge.Flows ?? Plain(listing.Text) },
            SwitchListingKind.Groups => bridge with { Groups = bridge.Groups ?? listing.Text },
            SwitchListingKind.Ports => bridge with { Ports = bridge.Ports ?? listing.Text },
            SwitchListingKind.PortCounters => bridge with { PortCounters = bridge.PortCounters ?? listing.Text },
            _ => bridge with { Fdb = bridge.Fdb ?? OvsFdbText.Read(listing.Text) },
        };
        return true;
    }

    /// <summary>A listing with counters stands before one without; of two such the first, unless it is empty.</summary>
    private static string Fuller(string? known, string text) =>
        known is { Length: > 0 } && known.Contains("n_packets=", StringComparison.Ordinal)
        && known.Contains("cookie=", StringComparison.Ordinal) ? known : text;

    /// <summary>bridge/dump-flows says table_id where ovs-ofctl says table.</summary>
    private static string Plain(string text) => text.Replace("table_id=", "table=", StringComparison.Ordinal);

    private static string? NamedByCommand(string? command)
    {
        if (command is null || CommandPattern().Match(command) is not { Success: true } match)
        {
            return null;
        }
        var name = match.Groups["bridge"].Value;
        return Path.GetFileName(name.EndsWith(".mgmt", StringComparison.Ordinal) ? name[..^5] : name);
    }

    /// <summary>The known bridge whose name the file's ends with: the longest, where one is the end of another.</summary>
    private string? NamedByFile(string where)
    {
        var file = Path.GetFileName(where);
        string? best = null;
        foreach (var bridge in ovs?.Bridges ?? [])
        {
            var at = file.LastIndexOf(bridge.Name, StringComparison.Ordinal);
            if (at > 0 && file[at - 1] is '_' or '-' or '.' or ' ' && at + bridge.Name.Length is var end
                && (end == file.Length || file[end] is '.' or '_') && bridge.Name.Length > (best?.Length ?? 0))
            {
                best = bridge.Name;
            }
        }
        // a list of bridges that was cut off does not name them all; what begins with br- is one
        return best ?? (FilePattern().Match(file) is { Success: true } match
            && (ovs is null || match.Groups["bridge"].Value.StartsWith("br-", StringComparison.Ordinal)) ? match.Groups["bridge"].Value : null);
    }

    private string? OnlyOneWithPorts(SwitchListing listing)
    {
        if (ovs is { Bridges: [var only] })
        {
            return only.Name;
        }
        var numbers = new HashSet<string>(StringComparer.Ordinal);
        foreach (Match match in PortPattern().Matches(listing.Text))
        {
            numbers.Add(match.Groups["port"].Value);
        }
        if (listing.Kind == SwitchListingKind.Fdb)
        {
            foreach (var entry in OvsFdbText.Read(listing.Text))
            {
                numbers.Add(entry.Port);
            }
        }
        numbers.Remove("LOCAL");
        if (numbers.Count == 0)
        {
            return null;
        }
        var isTunnelling = listing.Text.Contains("set_tunnel", StringComparison.Ordinal)
            || listing.Text.Contains("tun_id=", StringComparison.Ordinal);
        string? found = null;
        var isExact = false;
        foreach (var bridge in ovs?.Bridges ?? [])
        {
            var own = PortsOf(bridge);
            if (_given.Contains((bridge.Name, listing.Kind)) || !Fits(own, numbers) || (isTunnelling && !HasTunnels(bridge)))
            {
                continue;
            }
            var exact = listing.Kind == SwitchListingKind.PortCounters && own.Count == numbers.Count;
            if (found is not null && exact == isExact)
            {
                return null;    // two could be meant
            }
            if (found is null || exact)
            {
                (found, isExact) = (bridge.Name, exact);
            }
        }
        return found;
    }

    /// <summary>All are the bridge's own; of many a few may be left over from ports that are gone.</summary>
    private static bool Fits(HashSet<string> own, HashSet<string> numbers)
    {
        var known = numbers.Count(own.Contains);
        return known == numbers.Count || (numbers.Count >= 5 && known * 5 >= numbers.Count * 4);
    }

    private static bool HasTunnels(OvsBridge bridge) =>
        bridge.Ports.Any(port => port.Interfaces.Any(item => item.Type is "vxlan" or "gre" or "geneve" or "ip6gre" or "stt"));

    /// <summary>The bridge's port numbers, but its local one's.</summary>
    private static HashSet<string> PortsOf(OvsBridge bridge)
    {
        var own = new HashSet<string>(StringComparer.Ordinal);
        foreach (var port in bridge.Ports)
        {
            foreach (var item in port.Interfaces)
            {
                if (item.OfPort is > 0 and < 65280)
                {
                    own.Add(item.OfPort.Value.ToString(CultureInfo.InvariantCulture));
                }
            }
        }
        return own;
    }

    [GeneratedRegex(@"(?:dump-flows|dump-groups|dump-ports-desc|dump-ports|ofctl(?:\s+-\S+(?:\s+OpenFlow\S+)?)*\s+show|fdb/show)(?:\s+-\S+)*\s+(?:unix:)?(?<bridge>[^\s|;,-][^\s|;,]*)")]
    private static partial Regex CommandPattern();

    [GeneratedRegex(@"(?:dump-flows|dump-groups|dump-ports-desc|dump-ports|ofctl.show|fdb.show)[-_ ](?<bridge>[A-Za-z][\w.-]*?)(?:\.txt|\.log|\.out)?$")]
    private static partial Regex FilePattern();

    [GeneratedRegex(@"(?:in_port=|output:|^\s+port\s+)(?<port>\d+|LOCAL)", RegexOptions.Multiline)]
    private static partial Regex PortPattern();
}
