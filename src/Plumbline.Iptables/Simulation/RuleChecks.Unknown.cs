using System.Globalization;

namespace Plumbline.Iptables.Simulation;

internal sealed partial class RuleChecks
{
    /// <summary>Modules that remember packets or look at a clock or a die: the same words in two rules may answer differently.</summary>
    private static readonly string[] _withMemory =
    [
        "recent", "statistic", "quota", "connlimit", "nfacct", "rateest", "connbytes", "hashlimit", "limit", "dccp", "time", "cpu",
    ];

    /// <summary>Small modules that look at header fields we have; the rest nobody here can decide.</summary>
    private void AddUnknown(Check check, UnknownMatch match, IPFamily family)
    {
        var words = match.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is ["!", ..])
        {
            check.IsInverted = !check.IsInverted;
            words = words[1..];
        }
        if (words.Length == 2 && TryRead(match.Module, words[0], words[1], family, out var known))
        {
            Checks.Add(check with { Kind = known.Kind, IsInverted = check.IsInverted != known.IsInverted, A = known.A, B = known.B });
            return;
        }
        check.IsInverted = false;
        var text = $"{match.Module} {match.Text}".Trim();
        var key = Array.IndexOf(_withMemory, match.Module) >= 0 ? $"{Occurrence} {text}" : text;
        Unknown(check, key, text);
    }

    private static bool TryRead(string module, string option, string value, IPFamily family, out Check check)
    {
        check = default;
        switch (module, option)
        {
            case ("ttl" or "hl", "--ttl-eq" or "--hl-eq") when TryNumber(value, out var hops):
                check = new() { Kind = CheckKind.HopLimit, A = hops, B = hops };
                return true;
            case ("ttl" or "hl", "--ttl-lt" or "--hl-lt") when TryNumber(value, out var hops):
                check = hops == 0 ? new() { Kind = CheckKind.Never } : new() { Kind = CheckKind.HopLimit, A = 0, B = hops - 1 };
                return true;
            case ("ttl" or "hl", "--ttl-gt" or "--hl-gt") when TryNumber(value, out var hops):
                check = new() { Kind = CheckKind.HopLimit, A = hops + 1, B = 255 };
                return true;
            case ("tos", "--tos") when value.Split('/') is [var wanted, var mask] && TryNumber(wanted, out var tos)
                && TryNumber(mask, out var bits):
                check = new() { Kind = CheckKind.TypeOfService, A = tos, B = bits };
                return true;
            case ("tos", "--tos") when TryNumber(value, out var tos):
                check = new() { Kind = CheckKind.TypeOfService, A = tos, B = 0xFF };
                return true;
            case ("dscp", "--dscp") when TryNumber(value, out var dscp):
                check = new() { Kind = CheckKind.TypeOfService, A = dscp << 2, B = 0xFC };
                return true;
            case ("esp", "--espspi") or ("ah", "--ahspi") when family == IPFamily.IPv4 && value.Split(':') is { Length: <= 2 } ends
                && TryNumber(ends[0], out var first) && TryNumber(ends[^1], out var last):
                check = new() { Kind = CheckKind.SecurityParameterIndex, A = first, B = last };
                return true;
            default:
                return false;
        }
    }

    private static bool TryNumber(string text, out uint number) => text.StartsWith("0x", StringComparison.Ordinal)
        ? uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
        : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
