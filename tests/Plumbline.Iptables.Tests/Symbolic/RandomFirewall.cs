using Plumbline.Integration.Tests.Firewall;
using Plumbline.Iptables.Simulation;
using Plumbline.Primitives;

namespace Plumbline.Iptables.Tests.Symbolic;

/// <summary>Random rulesets, of the generator that the kernel's test uses, and packets near what their rules name.</summary>
internal static class RandomFirewall
{
    private const string Sets4 = """
        create nets hash:net family inet
        add nets 10.1.0.0/24
        add nets 10.1.0.128/25 nomatch
        add nets 10.1.0.200/32
        add nets 10.2.0.0/16
        create hosts hash:ip family inet
        add hosts 10.1.0.5
        add hosts 10.2.3.4
        create services hash:ip,port family inet
        add services 10.1.0.5,tcp:22
        add services 10.1.0.6,udp:53
        add services 10.1.0.6,icmp:echo-request
        create netservices hash:net,port family inet
        add netservices 10.1.0.0/24,tcp:80
        add netservices 10.2.0.0/16,udp:67
        add netservices 10.2.3.0/24,udp:67 nomatch
        create triples hash:ip,port,ip family inet
        add triples 10.1.0.5,tcp:80,10.2.3.4
        create trinets hash:ip,port,net family inet
        add trinets 10.1.0.6,udp:53,10.1.0.0/24
        create ports bitmap:port range 0-65535
        add ports 22
        add ports 68
        create masked hash:ip family inet netmask 24
        add masked 10.1.0.0
        create lists list:set size 8
        add lists hosts
        add lists nets

        """;

    private const string Sets6 = """
        create nets hash:net family inet6
        add nets fd00:1::/64
        add nets fd00:1::80/121 nomatch
        add nets fd00:2::/48
        create hosts hash:ip family inet6
        add hosts fd00:1::5
        create services hash:ip,port family inet6
        add services fd00:1::5,tcp:22
        add services fd00:1::6,udp:53
        add services fd00:1::6,icmpv6:echo-request
        create ports bitmap:port range 0-65535
        add ports 22
        add ports 546

        """;

    private static readonly string[] _prefixes4 =
    [
        "10.1.0.0/24", "10.1.0.5/32", "10.1.0.6", "10.2.0.0/16", "10.0.0.0/8", "192.168.1.12", "0.0.0.0/32", "255.255.255.255",
        "10.0.0.5/255.0.0.255",
    ];

    private static readonly string[] _prefixes6 =
        ["fd00:1::/64", "fd00:1::5", "fd00:1::6/128", "fd00:2::/48", "fd00::/16", "fe80::/10", "::/128", "ff02::/16"];

    private static readonly string[] _macs = ["fa:16:3e:c3:ea:d5", "fa:16:3e:00:00:01"];

    private static readonly ushort[] _ports = [22, 53, 67, 68, 80, 443, 547, 1000, 65535, 0, 21, 66, 1024];

    public static IReadOnlyList<AddressSet> SetsOf(IPFamily family) =>
        AddressSetParser.Parse(family == IPFamily.IPv4 ? Sets4 : Sets6).Sets;

    private static readonly NatAddresses _nat4 = new(
        ["10.1.0.5", "10.1.0.6", "10.1.0.1-10.1.0.7", "10.2.0.3"], ["10.1.0.5", "192.168.1.12", "10.2.0.10-10.2.0.30"],
        ["10.1.0.5", "10.2.0.10-10.2.0.30"], ["10.1.0.0/24", "10.2.128.0/17"]);

    private static readonly NatAddresses _nat6 = new(
        ["fd00:1::5", "fd00:1::6", "fd00:1::1-fd00:1::7", "fd00:2::3"], ["fd00:1::5", "fd00:2::10-fd00:2::30"],
        ["fd00:1::5", "fd00:2::10-fd00:2::30"], ["fd00:1::/112", "fd00:2::/32"]);

    public static Ruleset Next(Random random, IPFamily family, int rulesPerChain, bool hasSets = true, bool hasNat = false)
    {
        var isFour = family == IPFamily.IPv4;
        var generator = new RulesetGenerator(random, family, ["tapone", "qvbone", "taptwo"], ["qbrone", "qbrtwo"])
        {
            Prefixes = isFour ? _prefixes4 : _prefixes6,
            Macs = _macs,
            Sets = !hasSets ? [] : isFour
                ?
                [
                    ("nets", 1), ("hosts", 1), ("services", 2), ("netservices", 2), ("triples", 3), ("trinets", 3), ("ports", 1),
                    ("masked", 1), ("lists", 1),
                ]
                : [("nets", 1), ("hosts", 1), ("services", 2), ("ports", 1)],
            Conntrack = random.Next(5) > 0,
            Nat = hasNat ? isFour ? _nat4 : _nat6 : null,
        };
        var reading = RulesetParser.ParseSave(generator.Generate(rulesPerChain), family);
        Assert.Empty(reading.Errors);
        var ruleset = Assert.Single(reading.Rulesets);
        // nftables reads some packets otherwise
        return random.Next(2) == 0 ? ruleset with { Printer = "ip6tables-save v1.8.9 (nf_tables)" } : ruleset;
    }

    public static PacketPath NextPath(Random random) => random.Next(6) switch
    {
        0 => PacketPath.Bridged("qbrone", "tapone", "qvbone"),
        1 => PacketPath.Bridged("qbrone", "qvbone", "tapone"),
        2 => PacketPath.BridgedToHost("qbrtwo", "taptwo"),
        3 => PacketPath.Routed("qbrone", "qbrtwo"),
        4 => PacketPath.FromHost("qbrtwo"),
        _ => PacketPath.BridgedThenRouted("qbrone", "tapone", "qbrtwo"),
    };

    public static (PacketHeader Header, ConntrackEntry Connection) NextPacket(Random random, IPFamily family)
    {
        var protocol = Pick(random, 6, 6, 17, 17, family == IPFamily.IPv4 ? 1 : 58, 132, 47, 136, 50);
        var header = new PacketHeader
        {
            Family = family,
            Source = NextAddress(random, family),
            Destination = NextAddress(random, family),
            Protocol = (byte)protocol,
            SourcePort = Pick(random, _ports),
            DestinationPort = Pick(random, _ports),
            TcpFlags = (TcpFlags)Pick(random, 2, 2, 16, 18, 4, 0, 63, 3, 1, 24),
            IcmpType = Pick<byte>(random, 8, 0, 3, 11, 5, 128, 129, 1, 133, 135, 136, 143),
            IcmpCode = Pick<byte>(random, 0, 0, 1, 4),
            SecurityParameterIndex = Pick(random, 100u, 1u, 600u, 5000u),
            SourceMac = random.Next(10) == 0 ? null : MacAddress.Parse(Pick(random, [.. _macs, "fa:16:3e:00:00:02"])),
            DestinationMac = MacAddress.Parse(Pick(random, "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", "fa:16:3e:00:00:09")),
            Length = Pick<ushort>(random, 60, 64, 65, 1500, 100, 40),
            HopLimit = Pick<byte>(random, 64, 63, 65, 1, 255),
            TypeOfService = Pick<byte>(random, 0, 0x10, 0x28, 0x2a),
            HasAuthentication = family == IPFamily.IPv6 && random.Next(10) == 0,
            FragmentOffset = (ushort)(random.Next(8) == 0 ? 185 : 0),
            Mark = Pick(random, 0u, 0u, 1u, 3u, 0x81u),
        };
        var state = Pick(random, Enum.GetValues<ConntrackState>());
        var isConnected = state is ConntrackState.New or ConntrackState.Established or ConntrackState.Related;
        var connection = new ConntrackEntry(state)
        {
            IsReply = isConnected && random.Next(3) == 0,
            IsSourceNat = isConnected && random.Next(5) == 0,
            IsDestinationNat = isConnected && random.Next(5) == 0,
            Mark = Pick(random, 0u, 0u, 1u, 3u),
        };
        return (header, connection);
    }

    private static UInt128 NextAddress(Random random, IPFamily family)
    {
        var text = Pick(random, family == IPFamily.IPv4 ? _prefixes4 : _prefixes6);
        Assert.True(MaskedAddress.TryParse(text, out var prefix), text);
        var noise = (UInt128)(uint)random.Next() << 64 | (uint)random.Next(512);
        return (prefix.Address | noise & ~prefix.Mask) & MaskedAddress.WholeMask(family) ^ (random.Next(6) == 0 ? UInt128.One : 0);
    }

    private static T Pick<T>(Random random, params ReadOnlySpan<T> from) => from[random.Next(from.Length)];
}
