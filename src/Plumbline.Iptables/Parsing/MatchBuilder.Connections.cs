using Plumbline.Primitives;

namespace Plumbline.Iptables;

internal static partial class MatchBuilder
{
    private static StateMatch? State(ModuleDraft draft, string option, bool isConntrack) =>
        Required(draft, option) is { } given
            ? new() { States = StatesOf(draft, given, isConntrack), IsConntrack = isConntrack, IsInverted = given.IsInverted }
            : null;

    private static ConnectionStates StatesOf(ModuleDraft draft, Given given, bool isConntrack)
    {
        var states = ConnectionStates.None;
        foreach (var word in given.Value.Split(','))
        {
            var state = word.ToUpperInvariant() switch
            {
                "INVALID" => ConnectionStates.Invalid,
                "NEW" => ConnectionStates.New,
                "ESTABLISHED" => ConnectionStates.Established,
                "RELATED" => ConnectionStates.Related,
                "UNTRACKED" => ConnectionStates.Untracked,
                "SNAT" when isConntrack => ConnectionStates.Snat,
                "DNAT" when isConntrack => ConnectionStates.Dnat,
                _ => ConnectionStates.None,
            };
            if (state == ConnectionStates.None)
            {
                draft.Fail(given.At, $"bad ctstate \"{word}\"", "NEW, ESTABLISHED, RELATED, INVALID, UNTRACKED, with commas between");
            }
            states |= state;
        }
        return states;
    }

    private static ConntrackMatch Conntrack(ModuleDraft draft, IPFamily family)
    {
        if (draft.Options.Count == 0)
        {
            draft.Fail(draft.At, "-m conntrack needs at least one option", "--ctstate is the usual one");
        }
        return new()
        {
            States = draft.Find("ctstate") is { } states ? new(StatesOf(draft, states, true), states.IsInverted) : null,
            Protocol = ConntrackProtocol(draft),
            OriginalSource = Masked(draft, "ctorigsrc", family),
            OriginalDestination = Masked(draft, "ctorigdst", family),
            ReplySource = Masked(draft, "ctreplsrc", family),
            ReplyDestination = Masked(draft, "ctrepldst", family),
            OriginalSourcePorts = AllPorts(draft, "ctorigsrcport"),
            OriginalDestinationPorts = AllPorts(draft, "ctorigdstport"),
            ReplySourcePorts = AllPorts(draft, "ctreplsrcport"),
            ReplyDestinationPorts = AllPorts(draft, "ctrepldstport"),
            Status = draft.Find("ctstatus") is { } status ? new(StatusesOf(draft, status), status.IsInverted) : null,
            Expire = Expire(draft),
            IsOriginalDirection = Direction(draft),
        };
    }

    private static Condition<byte>? ConntrackProtocol(ModuleDraft draft)
    {
        if (draft.Find("ctproto") is not { } given)
        {
            return null;
        }
        var number = ProtocolNames.NumberOf(given.Value);
        if (number is null or 0)
        {
            draft.Fail(given.At, $"unknown protocol \"{given.Value}\"", "give its number, or a name of /etc/protocols");
        }
        return new(number ?? 0, given.IsInverted);
    }

    private static Condition<MaskedAddress>? Masked(ModuleDraft draft, string option, IPFamily family)
    {
        if (draft.Find(option) is not { } given)
        {
            return null;
        }
        if (!MaskedAddress.TryParse(given.Value, out var address) || address.Family != family)
        {
            draft.Fail(given.At, $"host/network \"{given.Value}\" not found: it is no address of this family", "write the address");
        }
        return new(address, given.IsInverted);
    }

    private static Condition<PortRange>? AllPorts(ModuleDraft draft, string option)
    {
        if (draft.Find(option) is not { } given)
        {
            return null;
        }
        if (!PortText.TryParse(given.Value, ':', out var range))
        {
            PortError(draft, given.Value, given.At);
        }
        return new(range, given.IsInverted);
    }

    private static ConntrackStatuses StatusesOf(ModuleDraft draft, Given given)
    {
        var statuses = ConntrackStatuses.None;
        foreach (var word in given.Value.Split(','))
        {
            ConntrackStatuses? status = word.ToUpperInvariant() switch
            {
                "NONE" => ConntrackStatuses.None,
                "EXPECTED" => ConntrackStatuses.Expected,
                "SEEN_REPLY" => ConntrackStatuses.SeenReply,
                "ASSURED" => ConntrackStatuses.Assured,
                "CONFIRMED" => ConntrackStatuses.Confirmed,
                _ => null,
            };
            if (status is null)
            {
                draft.Fail(given.At, $"bad ctstatus \"{word}\"", "NONE, EXPECTED, SEEN_REPLY, ASSURED, CONFIRMED, with commas between");
            }
            statuses |= status ?? default;
        }
        return statuses;
    }

    private static Condition<NumberRange>? Expire(ModuleDraft draft)
    {
        if (draft.Find("ctexpire") is not { } given)
        {
            return null;
        }
        if (!RangeText.TryParse(given.Value, uint.MaxValue, out var range))
        {
            draft.Fail(given.At, $"\"{given.Value}\" is no time", "write SECONDS or FROM:TO");
        }
        return new(range, given.IsInverted);
    }

    private static bool? Direction(ModuleDraft draft)
    {
        if (draft.Find("ctdir") is not { } given)
        {
            return null;
        }
        if (!given.Value.Equals("ORIGINAL", StringComparison.OrdinalIgnoreCase)
            && !given.Value.Equals("REPLY", StringComparison.OrdinalIgnoreCase))
        {
            draft.Fail(given.At, $"unknown direction \"{given.Value}\"", "ORIGINAL or REPLY");
        }
        return given.Value.Equals("ORIGINAL", StringComparison.OrdinalIgnoreCase);
    }

    private static LimitMatch Limit(ModuleDraft draft)
    {
        ulong interval = Rates.LimitScale * 3600 / 3;
        if (draft.Find("limit") is { } given && !Rates.TryParse(given.Value, Rates.LimitScale, out interval))
        {
            draft.Fail(given.At, $"bad rate \"{given.Value}\"", "write NUMBER/second, /minute, /hour or /day");
        }
        var burst = 5u;
        if (draft.Find("limit-burst") is { } size && (!Numbers.TryParse(size.Value, out burst) || burst > 10_000))
        {
            draft.Fail(size.At, $"bad burst \"{size.Value}\"", "write a number of 0 to 10000");
        }
        return new() { Interval = (uint)interval, Burst = burst, IsInverted = draft.Find("limit")?.IsInverted ?? false };
    }

    private static HashlimitMatch? Hashlimit(ModuleDraft draft)
    {
        var isAbove = draft.Has("hashlimit-above");
        if ((draft.Find("hashlimit-above") ?? Required(draft, "hashlimit-upto")) is not { } rate
            || Required(draft, "hashlimit-name") is not { } name)
        {
            return null;
        }
        var text = HashlimitText.Rate(rate.Value);
        if (text is null)
        {
            draft.Fail(rate.At, $"bad rate \"{rate.Value}\"", "write NUMBER/second, /minute, /hour, /day, or NUMBERkb/s");
        }
        var isBytes = text?.EndsWith("b/s", StringComparison.Ordinal) ?? false;
        var keys = new List<string>();
        if (draft.Find("hashlimit-mode") is { } mode)
        {
            foreach (var key in (ReadOnlySpan<string>)["srcip", "srcport", "dstip", "dstport"])
            {
                if (Array.IndexOf(mode.Value.Split(','), key) >= 0)
                {
                    keys.Add(key);
                }
            }
        }
        var burst = draft.Find("hashlimit-burst")?.Value;
        return new()
        {
            // "! --hashlimit-upto" is printed as "--hashlimit-above", and the other way round
            IsAbove = isAbove ^ rate.IsInverted,
            Rate = text ?? "",
            Burst = burst ?? (isBytes ? null : "5"),
            Keys = [.. keys],
            Name = name.Value,
            Options = HashlimitText.Options(draft),
        };
    }
}
