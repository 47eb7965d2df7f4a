using Plumbline.Node.Topologies;

namespace Plumbline.Views.Svg;

/// <summary>What hangs on the right edge of a bridge: ports, and the box that they lead to, with what hangs on that in turn.</summary>
internal sealed class Attachment
{
    /// <summary>Ports, one above the other.</summary>
    public List<Link> Links { get; } = [];

    /// <summary>Where they lead; null for ports that lead nowhere.</summary>
    public BoxText? Box { get; init; }

    /// <summary>What hangs on the box's right edge, if it is a bridge.</summary>
    public List<Attachment> Children { get; } = [];

    /// <summary>VLANs of the ports.</summary>
    public IEnumerable<int> Vlans => Links.Select(link => link.Port?.Vlan).OfType<int>().Distinct();
}

/// <summary>A port on the bridge's edge and how it leads on.</summary>
/// <param name="Port">On the edge; null for a row of the box alone.</param>
/// <param name="Kind">How it is joined; null for not at all.</param>
/// <param name="Peer">The other end, on the box's edge; null where the line goes to the box itself.</param>
/// <param name="Text">Beside the end of the line: addresses, notes.</param>
internal sealed record Link(Element? Port, ConnectionKind? Kind, Element? Peer, string Text);

/// <summary>A box and what is written in it.</summary>
/// <param name="Class">CSS class.</param>
/// <param name="Title">First line.</param>
/// <param name="Facts">Further lines.</param>
/// <param name="Element">The element that it stands for; null for a namespace.</param>
internal sealed record BoxText(string Class, string Title, IReadOnlyList<string> Facts, Element? Element);
