namespace Plumbline.Iptables;

/// <summary>A value asked for by an option that can be negated by itself (<c>! --sport 22</c>).</summary>
/// <param name="Value">The value.</param>
/// <param name="IsInverted"><c>!</c> stands before the option.</param>
/// <typeparam name="T">Of the value.</typeparam>
public readonly record struct Condition<T>(T Value, bool IsInverted = false);
