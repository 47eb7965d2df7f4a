using System.Text;
using Plumbline.Views.Text;

namespace Plumbline.Views.Svg;

/// <summary>
/// How wide a text will be, without asking a font: advances of DejaVu Sans, which is wider than the sans-serif fonts that browsers
/// take by default, so that what fits here fits there.
/// </summary>
internal static class TextMeasure
{
    private const double BoldFactor = 1.14;

    // advances of U+0020 … U+007E in thousandths of the font size (DejaVu Sans 2.37, table hmtx)
    private static ReadOnlySpan<short> Advances =>
    [
        318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636, 636, 636, 636,
        337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635,
        611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974,
        634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
    ];

    /// <summary>Pixels of <paramref name="text"/> at a font size in pixels.</summary>
    public static double Of(string text, double size, bool isBold)
    {
        var thousandths = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            thousandths += rune.Value is >= 0x20 and <= 0x7E ? Advances[rune.Value - 0x20]
                : DisplayWidth.Of(rune) switch { 0 => 0, 2 => 1000, _ => Rune.IsUpper(rune) ? 820 : 680 };
        }
        return thousandths * size / 1000 * (isBold ? BoldFactor : 1);
    }

    /// <summary>As much of <paramref name="text"/> as fits, with an ellipsis where something was cut. Not for names of devices.</summary>
    public static string Fit(string text, double size, bool isBold, double width)
    {
        if (Of(text, size, isBold) <= width)
        {
            return text;
        }
        var result = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (Of(result + rune.ToString() + "…", size, isBold) > width)
            {
                break;
            }
            result.Append(rune);
        }
        return result + "…";
    }

    /// <summary>Breaks at blanks so that each line fits, but for a single word that does not.</summary>
    public static IReadOnlyList<string> Wrap(string text, double size, double width)
    {
        var lines = new List<string>();
        var line = "";
        foreach (var word in text.Split(' '))
        {
            var longer = line.Length == 0 ? word : $"{line} {word}";
            if (line.Length > 0 && Of(longer, size, false) > width)
            {
                lines.Add(line);
                longer = word;
            }
            line = longer;
        }
        lines.Add(line);
        return lines;
    }
}
