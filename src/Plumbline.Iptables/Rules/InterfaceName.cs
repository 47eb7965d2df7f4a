namespace Plumbline.Iptables;

/// <summary>A device's name, or the start of one (<c>tap+</c>).</summary>
/// <param name="Name">Without the <c>+</c>.</param>
/// <param name="IsPrefix">A <c>+</c> stood at the end: every device whose name starts so.</param>
public readonly record struct InterfaceName(string Name, bool IsPrefix = false)
{
    /// <summary>Reads <c>eth0</c> or <c>tap+</c>.</summary>
    public static InterfaceName Parse(string text) =>
        text.EndsWith('+') ? new(text[..^1], true) : new(text);

    /// <summary>Whether <paramref name="device"/> is meant.</summary>
    public bool Covers(string device) =>
        IsPrefix ? device.StartsWith(Name, StringComparison.Ordinal) : device == Name;

    /// <summary>As iptables prints it.</summary>
    public override string ToString() => IsPrefix ? Name + "+" : Name;
}
