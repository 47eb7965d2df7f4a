namespace Plumbline.Iptables;

/// <summary>syslog(3)'s levels.</summary>
internal static class LogLevels
{
    /// <summary>By number or name; null for what is neither.</summary>
    public static byte? NumberOf(string text) => text.ToLowerInvariant() switch
    {
        "emerg" or "panic" => 0,
        "alert" => 1,
        "crit" => 2,
        "error" or "err" => 3,
        "warning" or "warn" => 4,
        "notice" => 5,
        "info" => 6,
        "debug" => 7,
        var other => Numbers.TryParse(other, 7, out var number) ? (byte)number : null,
    };
}
