using System.Text;

namespace Plumbline.Iptables;

internal static partial class MatchBuilder
{
    private static PhysdevMatch Physdev(ModuleDraft draft)
    {
        if (draft.Options.Count == 0)
        {
            draft.Fail(draft.At, "-m physdev needs at least one option", "--physdev-in or --physdev-out is the usual one");
        }
        return new()
        {
            In = Device(draft, "physdev-in"),
            Out = Device(draft, "physdev-out"),
            IsIn = Asked(draft, "physdev-is-in"),
            IsOut = Asked(draft, "physdev-is-out"),
            IsBridged = Asked(draft, "physdev-is-bridged"),
        };
    }

    private static Condition<InterfaceName>? Device(ModuleDraft draft, string option)
    {
        if (draft.Find(option) is not { } given)
        {
            return null;
        }
        if (given.Value.Length is 0 or > 15)
        {
            draft.Fail(given.At, $"device name \"{given.Value}\" has {given.Value.Length} characters", "the kernel allows 1 to 15");
        }
        return new(InterfaceName.Parse(given.Value), given.IsInverted);
    }

    private static bool? Asked(ModuleDraft draft, string option) => draft.Find(option) is { } given ? !given.IsInverted : null;

    private static SetMatch? Set(ModuleDraft draft)
    {
        if (Required(draft, "match-set") is not { } given)
        {
            return null;
        }
        if (given.Value.Length is 0 or > 31)
        {
            draft.Fail(given.At, $"set name \"{given.Value}\" has {given.Value.Length} characters", "ipset allows 1 to 31");
        }
        var directions = new List<SetDirection>();
        foreach (var word in given.Second.Split(','))
        {
            if (word is not ("src" or "dst"))
            {
                draft.Fail(given.At, $"bad direction \"{word}\" for set \"{given.Value}\"", "src or dst for each of its dimensions");
                return null;
            }
            directions.Add(word == "src" ? SetDirection.Source : SetDirection.Destination);
        }
        if (directions.Count > 6)
        {
            draft.Fail(given.At, "a set has at most six dimensions", "remove directions");
        }
        return new()
        {
            Name = given.Value,
            Directions = [.. directions],
            IsInverted = given.IsInverted,
            ReturnNomatch = draft.Has("return-nomatch"),
            CounterOptions = CounterOptions(draft),
        };
    }

    private static string? CounterOptions(ModuleDraft draft)
    {
        StringBuilder? text = null;
        foreach (var option in draft.Spec!.Options)
        {
            if (option.Name is "match-set" or "return-nomatch" || draft.Find(option.Name) is not { } given)
            {
                continue;
            }
            text ??= new();
            text.Append(text.Length > 0 ? " " : "").Append(given.IsInverted ? "! --" : "--").Append(option.Name);
            if (given.Value.Length > 0)
            {
                text.Append(' ').Append(given.Value);
            }
        }
        return text?.ToString();
    }

    private static AddrtypeMatch Addrtype(ModuleDraft draft)
    {
        if (!draft.Has("src-type") && !draft.Has("dst-type"))
        {
            draft.Fail(draft.At, "-m addrtype needs --src-type or --dst-type", "the option is missing");
        }
        return new()
        {
            Source = TypesOf(draft, "src-type"),
            Destination = TypesOf(draft, "dst-type"),
            LimitToIn = draft.Has("limit-iface-in"),
            LimitToOut = draft.Has("limit-iface-out"),
        };
    }

    private static Condition<AddressTypes>? TypesOf(ModuleDraft draft, string option)
    {
        if (draft.Find(option) is not { } given)
        {
            return null;
        }
        var types = AddressTypes.None;
        foreach (var word in given.Value.Split(','))
        {
            if (char.IsAsciiLetter(word.Length > 0 ? word[0] : ' ') && Enum.TryParse<AddressTypes>(word, true, out var type)
                && type != AddressTypes.None)
            {
                types |= type;
            }
            else
            {
                draft.Fail(given.At, $"bad address type \"{word}\"", "UNICAST, LOCAL, BROADCAST, MULTICAST … with commas between");
            }
        }
        return new(types, given.IsInverted);
    }

    private static IprangeMatch Iprange(ModuleDraft draft, IPFamily family)
    {
        if (draft.Options.Count == 0)
        {
            draft.Fail(draft.At, "-m iprange needs --src-range or --dst-range", "the option is missing");
        }
        return new() { Source = RangeOf(draft, "src-range", family), Destination = RangeOf(draft, "dst-range", family) };
    }

    private static Condition<AddressRange>? RangeOf(ModuleDraft draft, string option, IPFamily family)
    {
        if (draft.Find(option) is not { } given)
        {
            return null;
        }
        if (!AddressRangeText.TryParse(given.Value, out var range) || range.Family != family)
        {
            draft.Fail(given.At, $"\"{given.Value}\" is no range of addresses of this family", "write FIRST-LAST");
        }
        return new(range, given.IsInverted);
    }
}
