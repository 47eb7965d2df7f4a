using System.Globalization;
using Plumbline.Linux.Netlink;
using Plumbline.Primitives;

namespace Plumbline.Node.Sources.Texts;

/// <summary>A link as a text tells it: other links by name, and an ifindex of 0 where none was told.</summary>
/// <param name="Facts">What is told; <see cref="Link.IfIndex"/> may be 0.</param>
internal sealed record LinkDraft(Link Facts)
{
    /// <summary>The device's name.</summary>
    public string Name => Facts.Name;

    /// <summary>The master's name.</summary>
    public string? MasterName { get; init; }

    /// <summary>The name after <c>@</c>: the peer or the device below.</summary>
    public string? PeerName { get; init; }

    /// <summary>Nothing but a name.</summary>
    public static LinkDraft Named(string name) => new(new Link { IfIndex = 0, Name = name });

    /// <summary>This, with the gaps filled from <paramref name="other"/>.</summary>
    public LinkDraft FilledFrom(LinkDraft other)
    {
        var (a, b) = (Facts, other.Facts);
        return new(a with
        {
            IfIndex = a.IfIndex != 0 ? a.IfIndex : b.IfIndex,
            HardwareType = a.HardwareType != 0 ? a.HardwareType : b.HardwareType,
            Flags = a.Flags != 0 ? a.Flags : b.Flags,
            OperationalState = a.OperationalState ?? b.OperationalState,
            Mtu = a.Mtu ?? b.Mtu,
            Address = a.Address ?? b.Address,
            MasterIndex = a.MasterIndex ?? b.MasterIndex,
            LinkIndex = a.LinkIndex ?? b.LinkIndex,
            LinkNamespaceId = a.LinkNamespaceId ?? b.LinkNamespaceId,
            Alias = a.Alias ?? b.Alias,
            Promiscuity = a.Promiscuity ?? b.Promiscuity,
            TransmitQueueLength = a.TransmitQueueLength ?? b.TransmitQueueLength,
            QueueDiscipline = a.QueueDiscipline ?? b.QueueDiscipline,
            Kind = a.Kind ?? b.Kind,
            Data = a.Data ?? b.Data,
            MemberKind = a.MemberKind ?? b.MemberKind,
            BridgePort = Of(a.BridgePort, b.BridgePort),
            Statistics = a.Statistics ?? b.Statistics,
        })
        {
            MasterName = MasterName ?? other.MasterName,
            PeerName = PeerName ?? other.PeerName,
        };
    }

    /// <summary>Each field of its own: <c>bridge link</c> without -d tells the state alone.</summary>
    private static BridgePortData? Of(BridgePortData? a, BridgePortData? b) => a is null || b is null ? a ?? b : new()
    {
        State = a.State ?? b.State,
        Hairpin = a.Hairpin ?? b.Hairpin,
        Learning = a.Learning ?? b.Learning,
        UnicastFlood = a.UnicastFlood ?? b.UnicastFlood,
        Isolated = a.Isolated ?? b.Isolated,
    };

    /// <summary>The ARPHRD_ number of iproute2's word after <c>link/</c>; 0 for one that we do not know.</summary>
    public static int HardwareTypeOf(string word) => word switch
    {
        "ether" => 1,
        "infiniband" => 32,
        "ppp" => 512,
        "ipip" => 768,
        "tunnel6" => 769,
        "loopback" => 772,
        "sit" => 776,
        "gre" => 778,
        "gre6" => 823,
        "netlink" => 824,
        "none" => 0xFFFE,
        "void" => 0xFFFF,
        _ => word.StartsWith('[') && int.TryParse(word.Trim('[', ']'), CultureInfo.InvariantCulture, out var n) ? n : 0,
    };

    /// <summary>The flags of iproute2's list. It prints NO-CARRIER for a link that is up and not running.</summary>
    public static LinkFlags FlagsOf(IEnumerable<string> words)
    {
        LinkFlags flags = 0;
        var carrier = true;
        foreach (var word in words)
        {
            flags |= word switch
            {
                "UP" => LinkFlags.Up,
                "BROADCAST" => LinkFlags.Broadcast,
                "LOOPBACK" => LinkFlags.Loopback,
                "POINTOPOINT" => LinkFlags.PointToPoint,
                "NOARP" => LinkFlags.NoArp,
                "PROMISC" => LinkFlags.Promiscuous,
                "MULTICAST" => LinkFlags.Multicast,
                "LOWER_UP" => LinkFlags.LowerUp,
                "DORMANT" => LinkFlags.Dormant,
                _ => 0,
            };
            carrier &= word != "NO-CARRIER";
        }
        return carrier && flags.HasFlag(LinkFlags.Up) ? flags | LinkFlags.Running : flags;
    }

    /// <summary>iproute2's word after <c>state</c>.</summary>
    public static OperationalState? StateOf(string? word) => word switch
    {
        "UNKNOWN" => Linux.Netlink.OperationalState.Unknown,
        "NOTPRESENT" => Linux.Netlink.OperationalState.NotPresent,
        "DOWN" => Linux.Netlink.OperationalState.Down,
        "LOWERLAYERDOWN" => Linux.Netlink.OperationalState.LowerLayerDown,
        "TESTING" => Linux.Netlink.OperationalState.Testing,
        "DORMANT" => Linux.Netlink.OperationalState.Dormant,
        "UP" => Linux.Netlink.OperationalState.Up,
        _ => null,
    };

    /// <summary>iproute2's word for a bridge port's state.</summary>
    public static BridgePortState? PortStateOf(string? word) => word switch
    {
        "disabled" => BridgePortState.Disabled,
        "listening" => BridgePortState.Listening,
        "learning" => BridgePortState.Learning,
        "forwarding" => BridgePortState.Forwarding,
        "blocking" => BridgePortState.Blocking,
        _ => null,
    };

    /// <summary>The ifa_scope number of iproute2's word.</summary>
    public static int ScopeOf(string? word) => word switch
    {
        "site" => 200,
        "link" => 253,
        "host" => 254,
        "nowhere" => 255,
        _ => int.TryParse(word, CultureInfo.InvariantCulture, out var number) ? number : 0,
    };

    /// <summary>
    /// A bridge's id in the form <c>8000.b21e7be143d6</c>; iproute2 prints the octets with colons and without leading zeros
    /// (<c>8000.e6:35:16:39:7e:d</c>).
    /// </summary>
    public static string? BridgeIdOf(string? text)
    {
        if (text is null || text.Length < 6 || text[4] != '.' || !text.Contains(':'))
        {
            return text;
        }
        return text[..5] + string.Concat(text[5..].Split(':').Select(octet => octet.PadLeft(2, '0')));
    }

    /// <summary>A MAC address, or null for anything else (tunnels show an IP address there).</summary>
    public static MacAddress? MacOf(string? text) => MacAddress.TryParse(text, out var address) ? address : null;
}
