using System.Text;

namespace Plumbline.Iptables;

/// <summary>The parts of hashlimit as iptables prints them.</summary>
internal static class HashlimitText
{
    private static readonly string[] _last =
    [
        "hashlimit-htable-size", "hashlimit-htable-max", "hashlimit-htable-gcinterval", "hashlimit-htable-expire",
        "hashlimit-srcmask", "hashlimit-dstmask", "hashlimit-rate-match", "hashlimit-rate-interval",
    ];

    /// <summary>The rate as printed; null for what is none.</summary>
    public static string? Rate(string text)
    {
        var slash = text.IndexOf("b/s", StringComparison.OrdinalIgnoreCase);
        if (slash > 0)
        {
            var scale = text[slash - 1] is 'k' or 'm' ? text[slash - 1] : '\0';
            var number = scale == '\0' ? text[..slash] : text[..(slash - 1)];
            return Numbers.TryParse(number, uint.MaxValue, out _) ? text : null;
        }
        return Rates.TryParse(text, Rates.HashlimitScale, out var interval) ? Rates.ToText(interval, Rates.HashlimitScale) : null;
    }

    /// <summary>What is printed behind the name; null for nothing.</summary>
    public static string? Options(ModuleDraft draft)
    {
        StringBuilder? text = null;
        foreach (var option in _last)
        {
            if (draft.Find(option) is { } given)
            {
                text ??= new();
                text.Append(text.Length > 0 ? " " : "").Append("--").Append(option);
                if (given.Value.Length > 0)
                {
                    text.Append(' ').Append(given.Value);
                }
            }
        }
        return text?.ToString();
    }
}
