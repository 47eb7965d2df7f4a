using Plumbline.Primitives;

namespace Plumbline.Iptables;

/// <summary>
/// The shapes of segment that differ from port to port in a big ruleset (device, address, zone, chain), read without cutting words.
/// What does not have exactly one of these shapes is left to <see cref="RuleReader"/>.
/// </summary>
internal static class SegmentShapes
{
    private const string Physdev = "-m physdev --physdev-";
    private const string Bridged = " --physdev-is-bridged";
    private const string Mac = "-m mac --mac-source ";
    private const string Comment = "-m comment --comment \"";
    private const string Zone = "-j CT --zone ";
    private const string Set = "-m set --match-set ";

    /// <summary>The segment; null for any other shape.</summary>
    public static Segment? Read(ReadOnlySpan<char> text, IPFamily family)
    {
        if (text.Length < 4 || text[0] != '-' || text[2] != ' ')
        {
            return null;
        }
        var value = text[3..];
        switch (text[1])
        {
            case 'j':
                return value.StartsWith("CT ") ? ReadZone(text) : ReadJump(value);
            case 's' or 'd':
                return ReadAddress(text[1] == 's', value, family);
            case 'i' or 'o':
                return IsPlain(value) && value.Length < 16 && value[^1] != '+'
                    ? new()
                    {
                        Matches =
                        [
                            text[1] == 'i'
                                ? new InInterfaceMatch { Interface = new(value.ToString()) }
                                : new OutInterfaceMatch { Interface = new(value.ToString()) },
                        ],
                    }
                    : null;
            case 'm':
                return text.StartsWith(Physdev) ? ReadPhysdev(text[Physdev.Length..])
                    : text.StartsWith(Comment) ? ReadComment(text[Comment.Length..])
                    : text.StartsWith(Mac) ? ReadMac(text[Mac.Length..])
                    : text.StartsWith(Set) ? ReadSet(text[Set.Length..])
                    : null;
            default:
                return null;
        }
    }

    /// <summary>Letters, digits, '-', '_', '.': one word, no quotes, nothing to unescape.</summary>
    private static bool IsPlain(ReadOnlySpan<char> word)
    {
        if (word.Length == 0 || word[0] == '-')
        {
            return false;
        }
        foreach (var c in word)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>A chain: its name has a lower-case letter, which no target module's has.</summary>
    private static Segment? ReadJump(ReadOnlySpan<char> name) =>
        IsPlain(name) && name.IndexOfAnyInRange('a', 'z') >= 0 ? new() { Target = new JumpTarget(name.ToString()) } : null;

    private static Segment? ReadZone(ReadOnlySpan<char> text) =>
        text.StartsWith(Zone) && text[Zone.Length..] is var number && number.Length is > 0 and < 6 && number[0] != '0'
            && Numbers.TryParse(number, ushort.MaxValue, out var zone)
            ? new() { Target = new CtTarget { Zone = (ushort)zone } }
            : null;

    private static Segment? ReadAddress(bool isSource, ReadOnlySpan<char> text, IPFamily family)
    {
        if (!MaskedAddress.TryParse(text, out var address) || address.Family != family || (address.Mask == 0 && address.Address == 0))
        {
            return null;
        }
        return new()
        {
            Matches = [isSource ? new SourceMatch { Address = address } : new DestinationMatch { Address = address }],
        };
    }

    private static Segment? ReadPhysdev(ReadOnlySpan<char> text)
    {
        var isIn = text.StartsWith("in ");
        if (!isIn && !text.StartsWith("out "))
        {
            return null;
        }
        var name = text[(isIn ? 3 : 4)..];
        bool? isBridged = null;
        if (name.EndsWith(Bridged))
        {
            isBridged = true;
            name = name[..^Bridged.Length];
        }
        if (!IsPlain(name) || name.Length > 15)
        {
            return null;
        }
        Condition<InterfaceName> device = new(new(name.ToString()));
        return new()
        {
            Matches = [isIn ? new PhysdevMatch { In = device, IsBridged = isBridged } : new PhysdevMatch { Out = device, IsBridged = isBridged }],
        };
    }

    private static Segment? ReadComment(ReadOnlySpan<char> text) =>
        text.Length is > 1 and <= 86 && text[^1] == '"' && !text[..^1].ContainsAny('"', '\\')
            ? new() { Matches = [new CommentMatch { Text = text[..^1].ToString() }] }
            : null;

    private static Segment? ReadMac(ReadOnlySpan<char> text) =>
        text.Length == 17 && !text.Contains('-') && MacAddress.TryParse(text.ToString(), out var address)
            ? new() { Matches = [new MacMatch { Source = address }] }
            : null;

    private static Segment? ReadSet(ReadOnlySpan<char> text)
    {
        var isSource = text.EndsWith(" src");
        if (!isSource && !text.EndsWith(" dst"))
        {
            return null;
        }
        var name = text[..^4];
        return IsPlain(name) && name.Length < 32
            ? new()
            {
                Matches =
                [
                    new SetMatch { Name = name.ToString(), Directions = [isSource ? SetDirection.Source : SetDirection.Destination] },
                ],
            }
            : null;
    }
}
