using System.Text;
using Plumbline.Primitives;

namespace Plumbline.Iptables;

/// <summary>Makes a match of a module and the options that it was given.</summary>
internal static partial class MatchBuilder
{
    /// <summary>
    /// The match; where a value makes no sense an error is noted and the match is an <see cref="UnknownMatch"/> with the text.
    /// </summary>
    public static Match Build(ModuleDraft draft, IPFamily family)
    {
        if (draft.Spec is null)
        {
            return new UnknownMatch { Module = draft.Name, Text = GenericText.OfWords(draft.Raw) };
        }
        var match = BuildTyped(draft, family);
        return match is null || draft.HasFailed
            ? new UnknownMatch { Module = draft.Name, Text = GenericText.Of(draft, family) }
            : match;
    }

    private static Match? BuildTyped(ModuleDraft draft, IPFamily family)
    {
        switch (draft.Name)
        {
            case "tcp":
                return Tcp(draft);
            case "udp":
                return new UdpMatch { SourcePorts = Ports(draft, "sport"), DestinationPorts = Ports(draft, "dport") };
            case "sctp":
                return Sctp(draft);
            case "icmp" or "icmp6":
                return Icmp(draft);
            case "state":
                return State(draft, "state", false);
            case "conntrack":
                return draft.Options.Count == 1 && draft.Has("ctstate") ? State(draft, "ctstate", true) : Conntrack(draft, family);
            case "physdev":
                return Physdev(draft);
            case "mac":
                return Mac(draft);
            case "comment":
                return Comment(draft);
            case "set":
                return Set(draft);
            case "multiport":
                return Multiport(draft);
            case "mark" or "connmark":
                return Mark(draft);
            case "addrtype":
                return Addrtype(draft);
            case "limit":
                return Limit(draft);
            case "hashlimit":
                return Hashlimit(draft);
            case "iprange":
                return Iprange(draft, family);
            case "pkttype":
                return Pkttype(draft);
            case "length":
                return Length(draft);
            default:
                return null;
        }
    }

    /// <summary>The one option that a module can't do without; null, with an error, where it is missing.</summary>
    private static Given? Required(ModuleDraft draft, string option)
    {
        if (draft.Find(option) is { } given)
        {
            return given;
        }
        draft.Fail(draft.At, $"-m {draft.Name} needs --{option}", "the option is missing; without it the rule can't be loaded");
        return null;
    }

    private static CommentMatch? Comment(ModuleDraft draft)
    {
        if (Required(draft, "comment") is not { } given)
        {
            return null;
        }
        if (given.Value.Length > 85 && Encoding.UTF8.GetByteCount(given.Value) > 255)
        {
            draft.Fail(given.At, "the comment is longer than 255 bytes", "shorten it");
        }
        return new() { Text = given.Value };
    }

    private static MacMatch? Mac(ModuleDraft draft)
    {
        if (Required(draft, "mac-source") is not { } given)
        {
            return null;
        }
        if (!MacAddress.TryParse(given.Value, out var address))
        {
            draft.Fail(given.At, $"\"{given.Value}\" is no Ethernet address", "write six hexadecimal octets: fa:16:3e:00:00:01");
        }
        return new() { Source = address, IsInverted = given.IsInverted };
    }

    private static MultiportMatch? Multiport(ModuleDraft draft)
    {
        if (draft.Options.Count != 1)
        {
            draft.Fail(draft.At, "-m multiport needs one of --sports, --dports, --ports", "give exactly one of them");
            return null;
        }
        var given = draft.Options[0];
        var ports = new List<PortRange>();
        var numbers = 0;
        var at = given.At;
        foreach (var part in given.Value.Split(','))
        {
            if (PortText.TryParse(part, ':', out var range))
            {
                ports.Add(range);
                numbers += part.Contains(':', StringComparison.Ordinal) ? 2 : 1;
            }
            else
            {
                PortError(draft, part, at);
            }
            at += part.Length + 1;
        }
        if (numbers > 15)
        {
            draft.Fail(given.At, $"{numbers} ports are too many for one multiport", "it takes 15, a range counts for two: split the rule");
        }
        return new()
        {
            Kind = given.Name switch
            {
                "sports" => MultiportKind.Source,
                "dports" => MultiportKind.Destination,
                _ => MultiportKind.Either,
            },
            Ports = [.. ports],
            IsInverted = given.IsInverted,
        };
    }

    private static Match? Mark(ModuleDraft draft)
    {
        if (Required(draft, "mark") is not { } given)
        {
            return null;
        }
        if (!MarkText.TryParse(given.Value, out var value, out var mask))
        {
            draft.Fail(given.At, $"\"{given.Value}\" is no mark", "write VALUE or VALUE/MASK, each at most 0xffffffff");
        }
        return draft.Name == "mark"
            ? new MarkMatch { Value = value, Mask = mask, IsInverted = given.IsInverted }
            : new ConnmarkMatch { Value = value, Mask = mask, IsInverted = given.IsInverted };
    }

    private static PkttypeMatch? Pkttype(ModuleDraft draft)
    {
        if (Required(draft, "pkt-type") is not { } given)
        {
            return null;
        }
        PacketType? type = given.Value.ToLowerInvariant() switch
        {
            "unicast" or "host" => PacketType.Unicast,
            "broadcast" => PacketType.Broadcast,
            "multicast" => PacketType.Multicast,
            _ => null,
        };
        if (type is null)
        {
            draft.Fail(given.At, $"unknown packet type \"{given.Value}\"", "unicast, broadcast or multicast");
        }
        return new() { Type = type ?? default, IsInverted = given.IsInverted };
    }

    private static LengthMatch? Length(ModuleDraft draft)
    {
        if (Required(draft, "length") is not { } given)
        {
            return null;
        }
        if (!RangeText.TryParse(given.Value, ushort.MaxValue, out var range))
        {
            draft.Fail(given.At, $"\"{given.Value}\" is no length", "write OCTETS or FROM:TO, at most 65535");
        }
        return new() { Length = range, IsInverted = given.IsInverted };
    }

    private static void PortError(ModuleDraft draft, string text, int at) =>
        draft.Fail(at, $"invalid port/service \"{text}\"", "write a number of 0 to 65535, a range FROM:TO, or a name of /etc/services");
}
