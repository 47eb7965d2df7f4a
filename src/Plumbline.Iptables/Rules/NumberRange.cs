using System.Globalization;

namespace Plumbline.Iptables;

/// <summary>Numbers from first to last, both included.</summary>
/// <param name="First">The least.</param>
/// <param name="Last">The greatest.</param>
public readonly record struct NumberRange(uint First, uint Last)
{
    /// <summary><c>3</c> or <c>3:9</c>.</summary>
    public override string ToString() => First == Last
        ? First.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{First}:{Last}");
}
