namespace Plumbline.Iptables.Simulation;

/// <summary>
/// An ipset, ready to be asked (net/netfilter/ipset). Prefixes are tried from the longest that occurs to the shortest; the first that is
/// there decides, also when it is an exception (<c>nomatch</c>).
/// </summary>
internal sealed class CompiledSet
{
    private readonly Dictionary<SetKey, bool> _entries = [];
    private (byte First, byte Second)[] _lengths = [];

    /// <summary>hash:net,iface: prefixes that occur, whatever the device.</summary>
    private HashSet<(UInt128 Prefix, byte Length)>? _prefixes;

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Null: a family of its own for each question (list:set, bitmap:port, hash:mac).</summary>
    public IPFamily? Family { get; init; }

    /// <summary>In order.</summary>
    public required SetDimension[] Dimensions { get; init; }

    /// <summary>Bits of addresses that count; 128 or 32 unless the set was created with a mask.</summary>
    public int Netmask { get; init; } = 128;

    /// <summary>hash:ip refuses the address 0.</summary>
    public bool RefusesZero { get; init; }

    /// <summary>bitmap:port knows TCP and UDP only, and does not tell them apart.</summary>
    public bool IsPortBitmap { get; init; }

    /// <summary>Names of devices that entries hold, as numbers from 1; null where the set holds none.</summary>
    public Dictionary<string, ulong>? Devices { get; private set; }

    /// <summary>Members of a list:set.</summary>
    public List<CompiledSet> Sets { get; } = [];

    /// <summary>Some member or property was not understood: "no" is then "maybe".</summary>
    public bool IsPartial { get; set; }

    /// <summary>What was added, with whether it is an exception.</summary>
    public IReadOnlyDictionary<SetKey, bool> Entries => _entries;

    /// <summary>The number of a device's name.</summary>
    public ulong NumberOf(string device)
    {
        Devices ??= new(StringComparer.Ordinal);
        return Devices.TryGetValue(device, out var number) ? number : Devices[device] = (ulong)Devices.Count + 1;
    }

    /// <summary>Adds an entry; its lengths are those of its prefixes, 0 for dimensions without.</summary>
    public void Add(SetKey key, bool isNomatch)
    {
        var (firstLength, secondLength) = (key.FirstLength, key.SecondLength);
        _entries[key] = isNomatch;
        if (Devices is not null)
        {
            (_prefixes ??= []).Add((key.First, firstLength));
        }
        if (!_lengths.Contains((firstLength, secondLength)))
        {
            // longest first; among equal ones the order does not matter
            _lengths = [.. _lengths, (firstLength, secondLength)];
            Array.Sort(_lengths, (a, b) => b.CompareTo(a));
        }
    }

    /// <summary>Whether the packet is in the set, looked at from the sides that the rule names.</summary>
    public Truth Contains(in Walk walk, ReadOnlySpan<SetDirection> directions, bool returnNomatch)
    {
        if (directions.Length < Dimensions.Length || Family is { } family && family != walk.Family)
        {
            return Truth.No;
        }
        if (Dimensions[0] == SetDimension.Set)
        {
            var answer = IsPartial ? Truth.Maybe : Truth.No;
            foreach (var set in Sets)
            {
                switch (set.Contains(in walk, directions, returnNomatch))
                {
                    case Truth.Yes:
                        return Truth.Yes;
                    case Truth.Maybe:
                        answer = Truth.Maybe;
                        break;
                }
            }
            return answer;
        }
        UInt128 first = 0, second = 0;
        ulong element = 0;
        var addresses = 0;
        for (var i = 0; i < Dimensions.Length; i++)
        {
            var isSource = directions[i] == SetDirection.Source;
            switch (Dimensions[i])
            {
                case SetDimension.Address or SetDimension.Net:
                    var address = (isSource ? walk.Source : walk.Destination) & MaskedAddress.MaskOf(walk.Family, Netmask);
                    if (RefusesZero && address == 0)
                    {
                        return Truth.No;
                    }
                    if (addresses++ == 0)
                    {
                        first = address;
                    }
                    else
                    {
                        second = address;
                    }
                    break;
                case SetDimension.Port:
                    if (!TryGetPort(in walk, isSource, out element))
                    {
                        return Truth.No;
                    }
                    break;
                case SetDimension.Mac:
                    if ((isSource ? walk.SourceMac : walk.DestinationMac) is not { Value: not 0 } mac)
                    {
                        return Truth.No;
                    }
                    element = mac.Value;
                    break;
                case SetDimension.Mark:
                    element = walk.Mark;
                    break;
                case SetDimension.Device:
                    // hash:net,iface looks at the device that -i or -o would see, never at a bridge's port
                    if ((isSource ? walk.Point?.In : walk.Point?.Out) is not { } device)
                    {
                        return Truth.No;
                    }
                    element = Devices?.GetValueOrDefault(device) ?? 0;
                    break;
                default:
                    return Truth.Maybe;
            }
        }
        foreach (var (firstLength, secondLength) in _lengths)
        {
            var key = new SetKey(
                first & MaskedAddress.MaskOf(walk.Family, firstLength), second & MaskedAddress.MaskOf(walk.Family, secondLength), element,
                firstLength, secondLength);
            if (_entries.TryGetValue(key, out var isNomatch))
            {
                // --return-nomatch turns hits of an exception and of a plain entry round
                return isNomatch == returnNomatch ? Truth.Yes : Truth.No;
            }
            if (_prefixes is not null && _prefixes.Contains((key.First, firstLength)))
            {
                // hash_netiface4_data_equal() counts it as met, and the kernel looks at no shorter prefix
                break;
            }
        }
        return IsPartial ? Truth.Maybe : Truth.No;
    }

    /// <summary>ip_set_get_ip4_port(): protocols without ports have port 0; of a later fragment those with ports have none.</summary>
    private bool TryGetPort(in Walk walk, bool isSource, out ulong element)
    {
        element = 0;
        var protocol = walk.Protocol;
        var hasPort = protocol is IpProtocols.Tcp or IpProtocols.Udp or IpProtocols.UdpLite or IpProtocols.Sctp;
        var isIcmp = protocol == (walk.Family == IPFamily.IPv4 ? IpProtocols.Icmp : IpProtocols.Icmpv6);
        if (walk.IsLaterFragment && (hasPort || isIcmp || walk.Family == IPFamily.IPv6) || protocol == 0 && walk.Family == IPFamily.IPv4)
        {
            return false;
        }
        var port = hasPort ? isSource ? walk.SourcePort : walk.DestinationPort
            : isIcmp ? walk.IcmpType << 8 | walk.IcmpCode
            : 0;
        if (IsPortBitmap)
        {
            element = (uint)port;
            return protocol is IpProtocols.Tcp or IpProtocols.Udp;
        }
        element = (ulong)protocol << 16 | (uint)port;
        return true;
    }
}
