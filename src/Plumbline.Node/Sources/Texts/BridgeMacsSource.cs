using System.Text.RegularExpressions;
using Plumbline.Linux.Netlink;
using Plumbline.Primitives;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// <c>brctl showmacs BRIDGE</c>. Ports stand there by the bridge's own numbers: which device that is, a local entry tells, whose address is the
/// device's. The bridge is named by the prompt, or by a line above the header.
/// </summary>
internal sealed partial class BridgeMacsSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "brctl showmacs";

    /// <inheritdoc/>
    public override string Source => "fdb";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["is local?"];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        for (var i = 0; i < text.Lines.Length; i++)
        {
            if (!HeaderPattern().IsMatch(text.Lines[i]))
            {
                continue;
            }
            var network = builder.Namespace(text.NamespaceAt(i));
            var bridge = BridgeOf(text, i);
            var rows = new List<(int Port, MacAddress Address, bool IsLocal)>();
            while (i + 1 < text.Lines.Length && RowPattern().Match(text.Lines[i + 1]) is { Success: true } row
                && MacAddress.TryParse(row.Groups["mac"].Value, out var mac))
            {
                rows.Add((int.Parse(row.Groups["port"].Value, System.Globalization.CultureInfo.InvariantCulture),
                    mac, row.Groups["local"].Value == "yes"));
                i++;
            }
            found += Add(network, bridge, rows);
        }
        return found;
    }

    private static int Add(NamespaceBuilder network, string? bridge, List<(int Port, MacAddress Address, bool IsLocal)> rows)
    {
        var devices = new Dictionary<int, string>();
        foreach (var (port, address, isLocal) in rows)
        {
            var device = isLocal
                ? network.Links.FirstOrDefault(link => link.Facts.Address == address && link.MasterName is { } master
                    && (bridge is null || master == bridge))
                : null;
            if (device is not null)
            {
                bridge ??= device.MasterName;
                devices.TryAdd(port, device.Name);
            }
        }
        var found = 0;
        foreach (var (port, address, isLocal) in rows)
        {
            if (devices.TryGetValue(port, out var device))
            {
                network.Add(device, bridge, new FdbEntry { IfIndex = 0, Address = address, State = isLocal ? 0x80 : 0x02 });
                found++;
            }
        }
        return found;
    }

    private static string? BridgeOf(PastedText text, int header)
    {
        var above = header > 0 ? AbovePattern().Match(text.Lines[header - 1]) : Match.Empty;
        if (above.Success)
        {
            return above.Groups["name"].Value;
        }
        var typed = CommandPattern().Match(text.CommandAt(header) ?? "");
        return typed.Success ? typed.Groups["name"].Value : null;
    }

    [GeneratedRegex(@"^port no\s+mac addr\s+is local\?\s+ageing timer")]
    private static partial Regex HeaderPattern();

    [GeneratedRegex(@"^\s*(?<port>\d{1,5})\s+(?<mac>[0-9a-f]{2}(?::[0-9a-f]{2}){5})\s+(?<local>yes|no)\s+\d")]
    private static partial Regex RowPattern();

    [GeneratedRegex(@"^=*\s*(?<name>[^\s:=]{1,15}):?\s*=*$")]
    private static partial Regex AbovePattern();

    [GeneratedRegex(@"showmacs\s+(?<name>[\w.-]{1,15})\s*$")]
    private static partial Regex CommandPattern();
}
