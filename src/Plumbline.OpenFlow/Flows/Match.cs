using Plumbline.OpenFlow.Fields;

namespace Plumbline.OpenFlow.Flows;

/// <summary>One term of a flow's match; a packet must satisfy all of them.</summary>
public abstract record Match
{
    private Match(string text) => Text = text;

    /// <summary>As printed.</summary>
    public string Text { get; }

    /// <inheritdoc/>
    public sealed override string ToString() => Text;

    /// <summary>A protocol by name: <c>arp</c>, <c>icmp6</c>.</summary>
    /// <param name="Text">As printed.</param>
    /// <param name="DlType">Ethernet type; null for <c>eth</c>.</param>
    /// <param name="NwProto">IP protocol; null where any.</param>
    public sealed record Protocol(string Text, ushort? DlType, byte? NwProto) : Match(Text);

    /// <summary>A field's bits under a mask.</summary>
    /// <param name="Text">As printed.</param>
    /// <param name="Field">Which.</param>
    /// <param name="Wanted">The value, 0 outside of the mask.</param>
    /// <param name="Mask">The bits that count.</param>
    public sealed record Value(string Text, Field Field, UInt128 Wanted, UInt128 Mask) : Match(Text);

    /// <summary>A port by name: <c>in_port="patch-tun"</c>.</summary>
    /// <param name="Text">As printed.</param>
    /// <param name="Field">in_port or actset_output.</param>
    /// <param name="Name">The port's name.</param>
    public sealed record NamedPort(string Text, Field Field, string Name) : Match(Text);

    /// <summary>What we do not know: it makes the simulation's answer uncertain.</summary>
    /// <param name="Text">As printed.</param>
    public sealed record Unknown(string Text) : Match(Text);
}
