namespace Plumbline.Iptables;

/// <summary>One option of a module.</summary>
/// <param name="Names">The first is the one that iptables prints; the others mean the same.</param>
/// <param name="Kind">What its value is, a letter of <see cref="ModuleSpecs"/>.</param>
/// <param name="Values">How many words follow it.</param>
/// <param name="CanInvert"><c>!</c> may stand before it.</param>
internal sealed record OptionSpec(string[] Names, char Kind, int Values, bool CanInvert)
{
    /// <summary>As it is printed.</summary>
    public string Name => Names[0];
}
