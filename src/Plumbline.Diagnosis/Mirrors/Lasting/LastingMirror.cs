using Plumbline.Node;

namespace Plumbline.Diagnosis.Mirrors.Lasting;

/// <summary>
/// A mirror that an operator wants to last: what to copy and where to, told by names that outlive rows, devices and processes. What stands
/// on the node is made after it, again and again; see <see cref="LastingMatch"/>.
/// </summary>
public sealed record LastingMirror
{
    /// <summary>How long a name may be.</summary>
    public const int LongestName = 32;

    /// <summary>The operator's name for it, unique on the node: letters, digits, <c>-</c>, <c>_</c>, <c>.</c>; also the Mirror row's name.</summary>
    public required string Name { get; init; }

    /// <summary>The mark's session: 12 hex digits.</summary>
    public required string Session { get; init; }

    /// <summary>The bridge, by name: it may be made anew.</summary>
    public required string Bridge { get; init; }

    /// <summary>What the operator asked to be copied, in his words.</summary>
    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>The ports; empty where <see cref="AllPorts"/>.</summary>
    public IReadOnlyList<MirroredSource> Sources { get; init; } = [];

    /// <summary>Every real port of the bridge, also those that come later.</summary>
    public bool AllPorts { get; init; }

    /// <summary>With <see cref="AllPorts"/>: the bridge's own port too.</summary>
    public bool WithLocalPort { get; init; }

    /// <summary>Which way.</summary>
    public MirrorDirection Direction { get; init; }

    /// <summary>Only these VLANs, as the bridge sees them (a port's own tag counts); empty: all.</summary>
    public IReadOnlyList<int> Vlans { get; init; } = [];

    /// <summary>Where to.</summary>
    public required MirrorOutput Output { get; init; }

    /// <summary>Copies come without the bridge's VLAN tag.</summary>
    public bool Untagged { get; init; }

    /// <summary>Bytes of each copy, 14–65535; null: whole.</summary>
    public int? SnapLength { get; init; }

    /// <summary>MTU in bytes of a device that plumb makes.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When it ends; null: when it is removed.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>A process of its own keeps it (<c>--no-service</c>): it does not come back after a reboot.</summary>
    public bool HasOwnKeeper { get; init; }

    /// <summary>Who and why, for the mark.</summary>
    public string? Reason { get; init; }

    /// <summary>Its mark with a lease of <paramref name="time"/> from <paramref name="now"/> on, never beyond <see cref="Until"/>.</summary>
    public OwnershipMark MarkAt(DateTimeOffset now, TimeSpan time) => new()
    {
        Session = Session,
        Mirror = Name,
        Lease = Until < now + time ? Until : now + time,
        Reason = Reason,
    };

    /// <summary>What it copies, in words.</summary>
    public string Selects
    {
        get
        {
            var what = AllPorts ? $"all real ports of {Bridge}" : string.Join(", ", Sources.Select(s => s.Name));
            what = Direction switch { MirrorDirection.In => $"to {what}", MirrorDirection.Out => $"from {what}", _ => $"{what}, both ways" };
            return Vlans.Count > 0 ? $"{what}; only VLAN {string.Join(", ", Vlans)}" : what;
        }
    }

    /// <summary>A name that files, rows and shells take.</summary>
    public static bool IsName(string text)
    {
        foreach (var letter in text)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_' or '.'))
            {
                return false;
            }
        }
        return text.Length is > 0 and <= LongestName && text[0] is not ('-' or '.');
    }
}
