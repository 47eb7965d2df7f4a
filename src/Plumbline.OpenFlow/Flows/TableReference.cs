using System.Globalization;

namespace Plumbline.OpenFlow.Flows;

/// <summary>A table as a flow names it: by number, or (with <c>--names</c>, where the switch was told one) by name.</summary>
/// <param name="Number">0 to 255; null where only a name was printed.</param>
/// <param name="Name">The name; null where a number was printed.</param>
public readonly record struct TableReference(int? Number, string? Name)
{
    /// <inheritdoc/>
    public override string ToString() => Number?.ToString(CultureInfo.InvariantCulture) ?? Name ?? "";

    internal static bool TryParse(string text, out TableReference table)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            table = new(number, null);
            return number <= 255;
        }
        table = new(null, Text.Splitter.Unquote(text));
        return text.Length > 0 && !text.Contains('=', StringComparison.Ordinal);
    }
}
