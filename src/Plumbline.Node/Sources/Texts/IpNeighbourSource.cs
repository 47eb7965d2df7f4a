using Plumbline.Linux.Netlink;

namespace Plumbline.Node.Sources.Texts;

/// <summary><c>ip [-s] neigh</c>: <c>ADDRESS dev DEVICE [lladdr MAC] … STATE</c>.</summary>
internal sealed class IpNeighbourSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "ip neigh";

    /// <inheritdoc/>
    public override string Source => "neighbours";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["lladdr", "FAILED", "INCOMPLETE"];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        for (var i = 0; i < text.Lines.Length; i++)
        {
            if (Read(text.Lines[i]) is var (device, neighbour))
            {
                builder.Namespace(text.NamespaceAt(i)).Add(device, neighbour);
                found++;
            }
        }
        return found;
    }

    private static (string Device, Neighbour Facts)? Read(string line)
    {
        var words = new WordReader(line);
        if (!IpRouteSource.ReadPrefix(words.Next(), out var address, out _) || words.Next() is not "dev")
        {
            return null;
        }
        var device = words.Next().ToString();
        string? mac = null;
        var state = 0;
        while (words.Next() is { IsEmpty: false } word)
        {
            if (word is "lladdr")
            {
                mac = words.Next().ToString();
            }
            else
            {
                state |= StateOf(word);
            }
        }
        return state != 0 && device.Length is > 0 and < 16
            ? (device, new() { IfIndex = 0, Address = address!, LinkAddress = LinkDraft.MacOf(mac), State = state })
            : null;
    }

    /// <summary>The NUD_ bit of iproute2's word; 0 for any other.</summary>
    internal static int StateOf(ReadOnlySpan<char> word) => word switch
    {
        "INCOMPLETE" => 0x01,
        "REACHABLE" => 0x02,
        "STALE" => 0x04,
        "DELAY" => 0x08,
        "PROBE" => 0x10,
        "FAILED" => 0x20,
        "NOARP" => 0x40,
        "PERMANENT" => 0x80,
        _ => 0,
    };
}
