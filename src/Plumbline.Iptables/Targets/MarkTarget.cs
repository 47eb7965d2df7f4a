namespace Plumbline.Iptables;

/// <summary><c>-j MARK --set-xmark</c>: mark = (mark &amp; ~mask) ^ value. The walk goes on.</summary>
/// <param name="Value">The value.</param>
/// <param name="Mask">The bits that are cleared first.</param>
public sealed record MarkTarget(uint Value, uint Mask = uint.MaxValue) : Target;
