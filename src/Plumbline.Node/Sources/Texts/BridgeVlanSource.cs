using System.Globalization;
using System.Text.RegularExpressions;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// <c>bridge vlan</c>: a header <c>port vlan-id</c> (older: <c>port vlan ids</c>), then <c>DEVICE N[-M] [PVID] [Egress Untagged]</c>, further
/// VLANs of a device on indented lines.
/// </summary>
internal sealed partial class BridgeVlanSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "bridge vlan";

    /// <inheritdoc/>
    public override string Source => "bridge-vlans";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["vlan-id", "vlan ids"];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        var below = false;
        string? device = null;
        for (var i = 0; i < text.Lines.Length; i++)
        {
            var line = text.Lines[i];
            if (HeaderPattern().IsMatch(line))
            {
                (below, device) = (true, null);
                continue;
            }
            var match = below ? LinePattern().Match(line) : Match.Empty;
            if (!match.Success)
            {
                below = below && line.Trim().Length == 0;
                continue;
            }
            device = match.Groups["device"] is { Length: > 0 } named ? named.Value : device;
            if (device is null || !match.Groups["first"].Success)
            {
                continue;
            }
            var first = int.Parse(match.Groups["first"].Value, CultureInfo.InvariantCulture);
            var last = match.Groups["last"].Success ? int.Parse(match.Groups["last"].Value, CultureInfo.InvariantCulture) : first;
            for (var vlan = first; vlan <= Math.Min(last, 4095); vlan++)
            {
                builder.Namespace(text.NamespaceAt(i)).Add(
                    new BridgeVlan(device, vlan, match.Groups["pvid"].Success, match.Groups["untagged"].Success));
            }
            found++;
        }
        return found;
    }

    [GeneratedRegex(@"^port\s+vlan(?:-id| ids)\s*$")]
    private static partial Regex HeaderPattern();

    [GeneratedRegex(@"^(?<device>[^\s]{1,15})?(?:\s+(?<first>\d{1,4})(?:-(?<last>\d{1,4}))?(?<pvid>\s+PVID)?(?<untagged>\s+Egress Untagged)?)?\s*$")]
    private static partial Regex LinePattern();
}
