using System.Globalization;
using System.Text;

namespace Plumbline.Iptables;

/// <summary>Modules whose printed form is more than their options one by one: defaults that are filled in, values that are computed.</summary>
internal static class SpecialText
{
    /// <summary>Null for modules that need nothing special.</summary>
    public static string? Of(ModuleDraft draft, IPFamily family) => draft.Name switch
    {
        "recent" => Recent(draft, family),
        "connlimit" => Connlimit(draft, family),
        "string" => Text(draft),
        "cluster" => Cluster(draft),
        "rateest" => Rateest(draft),
        "NFQUEUE" => Nfqueue(draft),
        "TOS" => Tos(draft),
        _ => null,
    };

    private static string Recent(ModuleDraft draft, IPFamily family)
    {
        var text = new StringBuilder();
        foreach (var option in draft.Spec!.Options)
        {
            if (option.Name == "name")
            {
                text.Append(" --name ");
                Quoting.AppendWord(text, draft.Find("name")?.Value ?? "DEFAULT");
                text.Append(" --mask ").Append(draft.Find("mask")?.Value ?? AddressText.Format(family, MaskedAddress.WholeMask(family)));
                text.Append(draft.Has("rdest") ? " --rdest" : " --rsource");
                break;
            }
            if (draft.Find(option.Name) is { } given)
            {
                GenericText.Append(text, given, false);
            }
        }
        return text.ToString().TrimStart();
    }

    private static string Connlimit(ModuleDraft draft, IPFamily family)
    {
        var text = new StringBuilder();
        foreach (var given in draft.Options)
        {
            if (given.Name is "connlimit-upto" or "connlimit-above")
            {
                var isAbove = given.Name == "connlimit-above" ^ given.IsInverted;
                text.Append(isAbove ? "--connlimit-above " : "--connlimit-upto ").Append(given.Value);
            }
        }
        var mask = draft.Find("connlimit-mask")?.Value ?? (family == IPFamily.IPv4 ? "32" : "128");
        return text.Append(" --connlimit-mask ").Append(mask)
            .Append(draft.Has("connlimit-daddr") ? " --connlimit-daddr" : " --connlimit-saddr").ToString();
    }

    private static string Text(ModuleDraft draft)
    {
        var text = new StringBuilder();
        foreach (var option in draft.Spec!.Options)
        {
            if (draft.Find(option.Name) is { } given
                && !(option.Name == "from" && given.Value == "0") && !(option.Name == "to" && given.Value == "65535"))
            {
                GenericText.Append(text, given, false);
            }
        }
        return text.ToString();
    }

    private static string? Cluster(ModuleDraft draft)
    {
        uint mask = 0;
        var isInverted = false;
        if (draft.Find("cluster-local-node") is { } node && Numbers.TryParse(node.Value, 32, out var number) && number > 0)
        {
            mask = 1u << ((int)number - 1);
            isInverted = node.IsInverted;
        }
        else if (draft.Find("cluster-local-nodemask") is { } given && Numbers.TryParse(given.Value, out mask))
        {
            isInverted = given.IsInverted;
        }
        if (draft.Find("cluster-hash-seed") is not { } seed || !Numbers.TryParse(seed.Value, out var hash)
            || draft.Find("cluster-total-nodes") is not { } total)
        {
            return null;
        }
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(isInverted ? "! " : "")}--cluster-local-nodemask 0x{mask:x8} --cluster-total-nodes {total.Value} --cluster-hash-seed 0x{hash:x8}");
    }

    private static string Rateest(ModuleDraft draft)
    {
        var text = new StringBuilder();
        var printed = draft.Has("rateest2") ? "rateest1" : "rateest";
        foreach (var given in draft.Options)
        {
            text.Append(text.Length > 0 ? " " : "").Append(given.IsInverted ? "! --" : "--").Append(given.Name == "rateest1" ? printed : given.Name);
            if (given.Value.Length > 0)
            {
                text.Append(' ').Append(BitRate(given.Value));
            }
        }
        return text.ToString();
    }

    /// <summary>5kbit is printed as 5000bit.</summary>
    private static string BitRate(string text)
    {
        foreach (var (unit, factor) in (ReadOnlySpan<(string, ulong)>)[("kbit", 1000), ("mbit", 1_000_000), ("gbit", 1_000_000_000)])
        {
            if (text.EndsWith(unit, StringComparison.Ordinal) && Numbers.TryParse(text.AsSpan(0, text.Length - 4), uint.MaxValue, out var number))
            {
                return string.Create(CultureInfo.InvariantCulture, $"{number * factor}bit");
            }
        }
        return text;
    }

    private static string Nfqueue(ModuleDraft draft)
    {
        var text = new StringBuilder();
        if (draft.Find("queue-balance") is { } balance && RangeText.TryParse(balance.Value, ushort.MaxValue - 1, out var range))
        {
            text.Append("--queue-balance ").Append(range.ToString());
        }
        else
        {
            text.Append("--queue-num ").Append(draft.Find("queue-num")?.Value ?? "0");
        }
        return text.Append(draft.Has("queue-bypass") ? " --queue-bypass" : "")
            .Append(draft.Has("queue-cpu-fanout") ? " --queue-cpu-fanout" : "").ToString();
    }

    private static string? Tos(ModuleDraft draft)
    {
        if (draft.Options.Count != 1)
        {
            return null;
        }
        var given = draft.Options[0];
        if (given.Name == "set-tos")
        {
            return "--set-tos " + TosText.Normal(given.Value);
        }
        if (!Numbers.TryParse(given.Value, byte.MaxValue, out var bits))
        {
            return null;
        }
        var value = (uint)bits;
        return "--set-tos " + given.Name switch
        {
            "and-tos" => TosText.Text(0, ~value & 0xff),
            "or-tos" => TosText.Text(value, value),
            _ => TosText.Text(value, 0),
        };
    }
}
