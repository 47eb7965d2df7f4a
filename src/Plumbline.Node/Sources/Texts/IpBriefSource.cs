using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Plumbline.Linux.Netlink;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// <c>ip -br link</c> (<c>NAME[@PEER] STATE MAC &lt;FLAGS&gt;</c>), <c>ip -br addr</c> (<c>NAME[@PEER] STATE ADDRESS/LENGTH …</c>) and
/// <c>ip -o addr</c> (<c>N: NAME inet ADDRESS/LENGTH …</c>), which shows no header of the link.
/// </summary>
internal sealed partial class IpBriefSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "ip -br link, ip -br addr, ip -o addr";

    /// <inheritdoc/>
    public override string Source => "links";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["UP", "DOWN", "UNKNOWN", "inet"];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        var below = false;
        for (var i = 0; i < text.Lines.Length; i++)
        {
            var line = text.Lines[i];
            if (line.Contains(" inet", StringComparison.Ordinal) && LinePattern().Match(line) is { Success: true } one)
            {
                var link = new Link
                {
                    IfIndex = int.Parse(one.Groups["index"].Value, CultureInfo.InvariantCulture),
                    Name = one.Groups["name"].Value,
                };
                var network = builder.Namespace(text.NamespaceAt(i));
                network.Add(new LinkDraft(link));
                found += AddAddress(network, link.Name, one.Groups["address"].Value, one.Groups["scope"].Value, one.Groups["peer"].Value) ? 1 : 0;
            }
            else if (BriefPattern().Match(line) is { Success: true } brief && (below || IsSure(brief) || StandsAbove(text.Lines, i)))
            {
                below = true;
                AddBrief(builder.Namespace(text.NamespaceAt(i)), brief);
                found++;
            }
            else
            {
                below = false;
            }
        }
        return found;
    }

    private static void AddBrief(NamespaceBuilder network, Match match)
    {
        var name = match.Groups["name"].Value;
        var peer = match.Groups["peer"].Value;
        var unseen = peer.StartsWith("if", StringComparison.Ordinal) && int.TryParse(peer.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index : (int?)null;
        network.Add(new LinkDraft(new Link
        {
            IfIndex = 0,
            Name = name,
            OperationalState = LinkDraft.StateOf(match.Groups["state"].Value),
            Address = LinkDraft.MacOf(match.Groups["mac"].Value),
            Flags = match.Groups["flags"].Success ? LinkDraft.FlagsOf(match.Groups["flags"].Value.Split(',')) : 0,
            LinkIndex = unseen,
        })
        {
            PeerName = peer.Length == 0 || unseen is not null || peer == "NONE" ? null : peer,
        });
        foreach (var word in match.Groups["addresses"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            AddAddress(network, name, word, null, "");
        }
    }

    /// <summary>It has a MAC address with flags, or addresses.</summary>
    private static bool IsSure(Match match) => match.Groups["mac"].Success || match.Groups["addresses"].Length > 0;

    /// <summary>A device without addresses begins the list, and the next line leaves no doubt.</summary>
    private static bool StandsAbove(string[] lines, int line)
    {
        for (var i = line + 1; i < Math.Min(lines.Length, line + 16); i++)
        {
            if (BriefPattern().Match(lines[i]) is not { Success: true } next)
            {
                return false;
            }
            if (IsSure(next))
            {
                return true;
            }
        }
        return false;
    }

    private static bool AddAddress(NamespaceBuilder network, string device, string text, string? scope, string peer)
    {
        if (!IpRouteSource.ReadPrefix(text, out var address, out var length))
        {
            return false;
        }
        IPAddress? other = null;
        if (peer.Length > 0 && IpRouteSource.ReadPrefix(peer, out other, out var wide))
        {
            length = wide;
        }
        network.Add(device, new LinkAddress
        {
            IfIndex = 0,
            Address = address!,
            PrefixLength = length,
            Scope = scope is { Length: > 0 } ? LinkDraft.ScopeOf(scope)
                : IPAddress.IsLoopback(address!) ? LinkDraft.ScopeOf("host") : address!.IsIPv6LinkLocal ? LinkDraft.ScopeOf("link") : 0,
            Peer = other,
        });
        return true;
    }

    [GeneratedRegex(@"^(?<index>\d{1,9}): (?<name>[^\s:@<>]{1,15})(?:@\S+)?\s+inet6? (?<address>\S+)(?: peer (?<peer>\S+))?(?: brd \S+)?(?:.*? scope (?<scope>\S+))?")]
    private static partial Regex LinePattern();

    [GeneratedRegex(@"^(?<name>[^\s:@<>|]{1,15})(?:@(?<peer>[^\s:<>]{1,15}))?\s+(?<state>UP|DOWN|UNKNOWN|LOWERLAYERDOWN|NOTPRESENT|TESTING|DORMANT)(?:\s+(?<mac>[0-9a-f]{2}(?::[0-9a-f]{2}){5})\s+<(?<flags>[A-Z0-9_,-]*)>|(?<addresses>(?:\s+[0-9a-f.:]+(?:/\d{1,3})(?: metric \d+)?)+))?\s*$")]
    private static partial Regex BriefPattern();
}
