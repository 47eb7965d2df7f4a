using System.Globalization;
using Plumbline.Primitives;

namespace Plumbline.Iptables.Simulation;

/// <summary>Turns sets as <c>ipset save</c> prints them into lookups.</summary>
internal sealed class SetCompiler
{
    private static readonly Dictionary<string, int> _icmp = new(StringComparer.Ordinal)
    {
        ["echo-reply"] = 0,
        ["pong"] = 0,
        ["network-unreachable"] = 0x300,
        ["host-unreachable"] = 0x301,
        ["protocol-unreachable"] = 0x302,
        ["port-unreachable"] = 0x303,
        ["fragmentation-needed"] = 0x304,
        ["source-route-failed"] = 0x305,
        ["network-unknown"] = 0x306,
        ["host-unknown"] = 0x307,
        ["network-prohibited"] = 0x309,
        ["host-prohibited"] = 0x30A,
        ["TOS-network-unreachable"] = 0x30B,
        ["TOS-host-unreachable"] = 0x30C,
        ["communication-prohibited"] = 0x30D,
        ["host-precedence-violation"] = 0x30E,
        ["precedence-cutoff"] = 0x30F,
        ["source-quench"] = 0x400,
        ["network-redirect"] = 0x500,
        ["host-redirect"] = 0x501,
        ["TOS-network-redirect"] = 0x502,
        ["TOS-host-redirect"] = 0x503,
        ["echo-request"] = 0x800,
        ["ping"] = 0x800,
        ["router-advertisement"] = 0x900,
        ["router-solicitation"] = 0xA00,
        ["ttl-zero-during-transit"] = 0xB00,
        ["ttl-zero-during-reassembly"] = 0xB01,
        ["ip-header-bad"] = 0xC00,
        ["required-option-missing"] = 0xC01,
        ["timestamp-request"] = 0xD00,
        ["timestamp-reply"] = 0xE00,
        ["address-mask-request"] = 0x1100,
        ["address-mask-reply"] = 0x1200,
    };

    private static readonly Dictionary<string, int> _icmpv6 = new(StringComparer.Ordinal)
    {
        ["no-route"] = 0x100,
        ["communication-prohibited"] = 0x101,
        ["address-unreachable"] = 0x103,
        ["port-unreachable"] = 0x104,
        ["packet-too-big"] = 0x200,
        ["ttl-zero-during-transit"] = 0x300,
        ["ttl-zero-during-reassembly"] = 0x301,
        ["bad-header"] = 0x400,
        ["unknown-header-type"] = 0x401,
        ["unknown-option"] = 0x402,
        ["echo-request"] = 0x8000,
        ["ping"] = 0x8000,
        ["echo-reply"] = 0x8100,
        ["pong"] = 0x8100,
        ["router-solicitation"] = 0x8500,
        ["router-advertisement"] = 0x8600,
        ["neighbour-solicitation"] = 0x8700,
        ["neighbor-solicitation"] = 0x8700,
        ["neighbour-advertisement"] = 0x8800,
        ["neighbor-advertisement"] = 0x8800,
        ["redirect"] = 0x8900,
    };

    private readonly Dictionary<string, AddressSet> _sources = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CompiledSet> _done = new(StringComparer.Ordinal);

    private readonly HashSet<string> _changing = new(StringComparer.Ordinal);

    /// <summary>Prepares.</summary>
    /// <param name="sets">As they are now.</param>
    /// <param name="rulesets">Whose rules may change them (target SET): what is in such a set when a packet comes nobody knows.</param>
    public SetCompiler(IReadOnlyList<AddressSet> sets, IReadOnlyList<Ruleset> rulesets)
    {
        foreach (var ruleset in rulesets)
        {
            foreach (var table in ruleset.Tables)
            {
                foreach (var chain in table.Chains)
                {
                    foreach (var rule in chain.Rules)
                    {
                        if (rule.Target is UnknownTarget { Name: "SET" } target)
                        {
                            AddChanging(target.Text);
                        }
                    }
                }
            }
        }
        foreach (var set in sets)
        {
            _sources[set.Name] = set;
        }
    }

    /// <summary>Rules add to the set or take away from it.</summary>
    public bool IsChanging(string name) => _changing.Contains(name)
        || _sources.TryGetValue(name, out var set) && set.Type == "list:set" && set.Members.Any(m => _changing.Contains(m.Text));

    private void AddChanging(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i + 1 < words.Length; i++)
        {
            if (words[i] is "--add-set" or "--del-set")
            {
                _changing.Add(words[i + 1]);
            }
        }
    }

    /// <summary>The set; null where nobody told of it.</summary>
    public CompiledSet? Find(string name)
    {
        if (_done.TryGetValue(name, out var done))
        {
            return done;
        }
        if (!_sources.TryGetValue(name, out var source))
        {
            return null;
        }
        var set = Begin(source);
        _done[name] = set;
        foreach (var member in source.Members)
        {
            if (set.Dimensions[0] == SetDimension.Set)
            {
                if (Find(member.Text) is { } inner)
                {
                    set.Sets.Add(inner);
                }
                else
                {
                    set.IsPartial = true;
                }
            }
            else
            {
                Add(set, member);
            }
        }
        return set;
    }

    private static CompiledSet Begin(AddressSet source)
    {
        var colon = source.Type.IndexOf(':');
        var dimensions = new List<SetDimension>();
        var isPartial = false;
        foreach (var word in source.Type[(colon + 1)..].Split(','))
        {
            dimensions.Add(word switch
            {
                "ip" => SetDimension.Address,
                "net" => SetDimension.Net,
                "port" => SetDimension.Port,
                "mac" => SetDimension.Mac,
                "mark" => SetDimension.Mark,
                "set" => SetDimension.Set,
                _ => SetDimension.Device,
            });
        }
        var netmask = source.Family == IPFamily.IPv6 ? 128 : 32;
        var words = source.Options.Split(' ');
        for (var i = 0; i < words.Length - 1; i++)
        {
            if (words[i] == "netmask" && int.TryParse(words[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            {
                netmask = length;
            }
            isPartial |= words[i] is "bitmask" or "markmask";
        }
        var isBitmap = source.Type.StartsWith("bitmap:", StringComparison.Ordinal);
        return new()
        {
            Name = source.Name,
            Family = source.Family ?? (source.Type.StartsWith("bitmap:ip", StringComparison.Ordinal) ? IPFamily.IPv4 : null),
            Dimensions = [.. dimensions],
            Netmask = netmask,
            RefusesZero = source.Type == "hash:ip",
            IsPortBitmap = source.Type == "bitmap:port",
            // bitmap:ip,mac learns MACs by itself
            IsPartial = isPartial || isBitmap && dimensions.Count > 1,
        };
    }

    private static void Add(CompiledSet set, AddressSetMember member)
    {
        UInt128 first = 0, second = 0;
        ulong element = 0;
        int firstLength = 0, secondLength = 0, addresses = 0;
        var words = member.Text.Split(',');
        var isUnderstood = words.Length == set.Dimensions.Length;
        for (var i = 0; isUnderstood && i < words.Length; i++)
        {
            switch (set.Dimensions[i])
            {
                case SetDimension.Address or SetDimension.Net:
                    isUnderstood = MaskedAddress.TryParse(words[i], out var address) && address.PrefixLength is not null;
                    if (addresses++ == 0)
                    {
                        (first, firstLength) = (address.Address, address.PrefixLength ?? 0);
                    }
                    else
                    {
                        (second, secondLength) = (address.Address, address.PrefixLength ?? 0);
                    }
                    break;
                case SetDimension.Port:
                    isUnderstood = TryReadPort(words[i], set.IsPortBitmap, out element);
                    break;
                case SetDimension.Mac:
                    isUnderstood = MacAddress.TryParse(words[i], out var mac);
                    element = mac.Value;
                    break;
                case SetDimension.Mark:
                    isUnderstood = words[i].StartsWith("0x", StringComparison.Ordinal)
                        && ulong.TryParse(words[i].AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out element);
                    break;
                case SetDimension.Device when words[i].StartsWith("physdev:", StringComparison.Ordinal):
                    // no rule of iptables asks for these
                    return;
                case SetDimension.Device:
                    element = set.NumberOf(words[i]);
                    break;
                default:
                    isUnderstood = false;
                    break;
            }
        }
        if (isUnderstood && !member.Options.Contains("wildcard", StringComparison.Ordinal))
        {
            set.Add(new(first, second, element, (byte)firstLength, (byte)secondLength), member.IsNomatch);
        }
        else
        {
            set.IsPartial = true;
        }
    }

    private static bool TryReadPort(string text, bool isBitmap, out ulong element)
    {
        element = 0;
        if (isBitmap)
        {
            return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out element);
        }
        var colon = text.IndexOf(':');
        var name = colon < 0 ? "tcp" : text[..colon];
        var port = text[(colon + 1)..];
        if (ProtocolNames.NumberOf(name) is not { } protocol)
        {
            return false;
        }
        var codes = protocol == IpProtocols.Icmp ? _icmp : protocol == IpProtocols.Icmpv6 ? _icmpv6 : null;
        if (codes is not null && port.Split('/') is [var type, var code]
            && byte.TryParse(type, NumberStyles.None, CultureInfo.InvariantCulture, out var typeNumber)
            && byte.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var codeNumber))
        {
            element = (ulong)protocol << 16 | (uint)(typeNumber << 8 | codeNumber);
            return true;
        }
        if (codes is not null && codes.TryGetValue(port, out var number))
        {
            element = (ulong)protocol << 16 | (uint)number;
            return true;
        }
        if (ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var plain))
        {
            element = (ulong)protocol << 16 | plain;
            return true;
        }
        return false;
    }
}
