using System.Net;
using System.Text.RegularExpressions;
using Plumbline.Linux.Netlink;

namespace Plumbline.Node.Sources.Texts;

/// <summary><c>arp -n</c> (<c>Address HWtype HWaddress Flags Mask Iface</c>) and <c>arp -an</c> (<c>? (ADDRESS) at MAC [ether] on DEVICE</c>).</summary>
internal sealed partial class ArpSource : TextSource
{
    private const int Incomplete = 0x01;
    private const int Stale = 0x04;
    private const int Permanent = 0x80;

    /// <inheritdoc/>
    public override string Command => "arp -n, arp -an";

    /// <inheritdoc/>
    public override string Source => "neighbours";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["HWaddress", ") at "];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        var below = false;
        for (var i = 0; i < text.Lines.Length; i++)
        {
            var line = text.Lines[i];
            if (HeaderPattern().IsMatch(line))
            {
                below = true;
                continue;
            }
            var match = below ? RowPattern().Match(line) : LinePattern().Match(line);
            below = below && match.Success;
            if (!match.Success || !IPAddress.TryParse(match.Groups["address"].Value, out var address))
            {
                continue;
            }
            var mac = LinkDraft.MacOf(match.Groups["mac"].Value);
            builder.Namespace(text.NamespaceAt(i)).Add(match.Groups["device"].Value, new Neighbour
            {
                IfIndex = 0,
                Address = address,
                LinkAddress = mac,
                State = mac is null ? Incomplete : match.Groups["flags"].Value.Contains('M') || line.Contains(" PERM ", StringComparison.Ordinal) ? Permanent : Stale,
            });
            found++;
        }
        return found;
    }

    [GeneratedRegex(@"^Address\s+HWtype\s+HWaddress\s+Flags\s+Mask\s+Iface\s*$")]
    private static partial Regex HeaderPattern();

    [GeneratedRegex(@"^(?<address>[\d.]+)\s+(?:(?<kind>\w+)\s+(?<mac>[0-9A-Fa-f:]{17})\s+(?<flags>[A-Z!*]+)(?:\s+\S+)?|\(incomplete\))\s+(?<device>[^\s]{1,15})\s*$")]
    private static partial Regex RowPattern();

    [GeneratedRegex(@"^\S+ \((?<address>[\d.]+)\) at (?:(?<mac>[0-9A-Fa-f:]{17})|<incomplete>)(?: \[\w+\])?(?: PERM)? on (?<device>[^\s]{1,15})\s*$")]
    private static partial Regex LinePattern();
}
