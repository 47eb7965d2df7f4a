namespace Plumbline.Iptables;

/// <summary>An option as a rule gives it.</summary>
/// <param name="Option">Which.</param>
/// <param name="IsInverted"><c>!</c> stands before it (or, in old texts, behind it).</param>
/// <param name="Value">Its word; empty where it has none.</param>
/// <param name="Second">Its second word; empty where it has none.</param>
/// <param name="At">Where the value starts, or the option where it has none.</param>
internal readonly record struct Given(OptionSpec Option, bool IsInverted, string Value, string Second, int At)
{
    /// <summary>The option's name.</summary>
    public string Name => Option.Name;
}
