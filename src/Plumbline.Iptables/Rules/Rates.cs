using System.Globalization;

namespace Plumbline.Iptables;

/// <summary>Rates as limit and hashlimit keep them: a time between two packets, so that printing may round.</summary>
internal static class Rates
{
    /// <summary>XT_LIMIT_SCALE, and XT_HASHLIMIT_SCALE: units in a second.</summary>
    public const uint LimitScale = 10_000;

    /// <summary>XT_HASHLIMIT_SCALE_v2.</summary>
    public const uint HashlimitScale = 1_000_000;

    private static readonly (string Name, uint Seconds)[] _units = [("day", 86400), ("hour", 3600), ("min", 60), ("sec", 1)];

    /// <summary>Reads <c>3</c>, <c>3/s</c>, <c>3/minute</c>, as iptables does; false for what it refuses.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, uint scale, out ulong interval)
    {
        interval = 0;
        uint seconds = 1;
        var slash = text.IndexOf('/');
        if (slash >= 0)
        {
            var unit = text[(slash + 1)..];
            seconds = 0;
            foreach (var (name, length) in (ReadOnlySpan<(string, uint)>)[("second", 1), ("minute", 60), ("hour", 3600), ("day", 86400)])
            {
                if (unit.Length > 0 && name.AsSpan().StartsWith(unit, StringComparison.OrdinalIgnoreCase))
                {
                    seconds = length;
                    break;
                }
            }
            if (seconds == 0)
            {
                return false;
            }
            text = text[..slash];
        }
        if (!Numbers.TryParse(text, uint.MaxValue, out var count) || count == 0 || count / seconds > scale)
        {
            return false;
        }
        interval = (ulong)scale * seconds / count;
        return true;
    }

    /// <summary>As print_rate of libxt_limit.c does: the smallest unit in which the rate is a whole number or at least one.</summary>
    public static string ToText(ulong interval, uint scale)
    {
        if (interval == 0)
        {
            return "inf";
        }
        var chosen = _units[0];
        for (var i = 1; i < _units.Length; i++)
        {
            var unit = (ulong)_units[i].Seconds * scale;
            if (interval > unit || unit / interval < unit % interval)
            {
                break;
            }
            chosen = _units[i];
        }
        return string.Create(CultureInfo.InvariantCulture, $"{(ulong)chosen.Seconds * scale / interval}/{chosen.Name}");
    }
}
