using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Plumbline.Linux.Netlink;
using Plumbline.Primitives;

namespace Plumbline.Node.Sources.Texts;

/// <summary><c>bridge [-s] fdb</c>: <c>MAC dev DEVICE [dst ADDRESS] [vlan N] [master BRIDGE] [self] [permanent|static|stale]</c>.</summary>
internal sealed partial class BridgeFdbSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "bridge fdb";

    /// <inheritdoc/>
    public override string Source => "fdb";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => [" dev "];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        for (var i = 0; i < text.Lines.Length; i++)
        {
            var line = text.Lines[i];
            if (line.Length < 22 || line[2] != ':' || LinePattern().Match(line) is not { Success: true } match
                || !MacAddress.TryParse(match.Groups["mac"].Value, out var mac))
            {
                continue;
            }
            var rest = match.Groups["rest"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            string? After(string word) => Array.IndexOf(rest, word) is var at and >= 0 && at + 1 < rest.Length ? rest[at + 1] : null;
            builder.Namespace(text.NamespaceAt(i)).Add(match.Groups["device"].Value, After("master"), new FdbEntry
            {
                IfIndex = 0,
                Address = mac,
                Vlan = int.TryParse(After("vlan"), CultureInfo.InvariantCulture, out var vlan) ? vlan : null,
                Remote = IPAddress.TryParse(After("dst"), out var remote) ? remote : null,
                State = StateOf(rest),
            });
            found++;
        }
        return found;
    }

    /// <summary>The NUD_ bits: nothing said means learned and fresh.</summary>
    internal static int StateOf(IReadOnlyList<string> words) =>
        words.Contains("permanent") ? 0x80 : words.Contains("static") ? 0x40 : words.Contains("stale") ? 0x04 : 0x02;

    [GeneratedRegex(@"^(?<mac>[0-9a-f]{2}(?::[0-9a-f]{2}){5}) dev (?<device>\S{1,15})(?<rest>(?: .*)?)$")]
    private static partial Regex LinePattern();
}
