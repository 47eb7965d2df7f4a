using System.Globalization;
using System.Net;
using System.Text.Json;
using Plumbline.Linux.Netlink;
using static Plumbline.Node.Sources.Texts.JsonMembers;

namespace Plumbline.Node.Sources.Texts;

/// <summary><c>ip -j [-d] [-s] link</c> and <c>ip -j addr</c>: an array of objects with <c>ifindex</c> and <c>ifname</c>.</summary>
internal sealed class IpJsonSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "ip -j -d link, ip -j addr";

    /// <inheritdoc/>
    public override string Source => "links";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["\"ifindex\""];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        foreach (var (json, name) in text.Json)
        {
            if (json.ValueKind != JsonValueKind.Array)
            {
                continue;
            }
            var network = builder.Namespace(name);
            foreach (var item in json.EnumerateArray())
            {
                if (item.ValueKind == JsonValueKind.Object && Number(item, "ifindex") is { } index and > 0
                    && Text(item, "ifname") is { Length: > 0 } device)
                {
                    network.Add(ReadLink(item, index, device));
                    ReadAddresses(item, index, device, network);
                    found++;
                }
            }
        }
        return found;
    }

    private static LinkDraft ReadLink(JsonElement json, int index, string name)
    {
        var info = Member(json, "linkinfo");
        var kind = Text(info, "info_kind");
        return new(new Link
        {
            IfIndex = index,
            Name = name,
            HardwareType = LinkDraft.HardwareTypeOf(Text(json, "link_type") ?? ""),
            Flags = LinkDraft.FlagsOf(JsonMembers.Texts(json, "flags")),
            OperationalState = LinkDraft.StateOf(Text(json, "operstate")),
            Mtu = Number(json, "mtu"),
            Address = LinkDraft.MacOf(Text(json, "address")),
            LinkIndex = Number(json, "link_index"),
            LinkNamespaceId = Number(json, "link_netnsid"),
            Alias = Text(json, "ifalias"),
            Promiscuity = Number(json, "promiscuity"),
            TransmitQueueLength = Number(json, "txqlen"),
            QueueDiscipline = Text(json, "qdisc"),
            Kind = kind,
            Data = ReadData(kind, Member(info, "info_data")),
            MemberKind = Text(info, "info_slave_kind"),
            BridgePort = Text(info, "info_slave_kind") == "bridge" ? ReadBridgePort(Member(info, "info_slave_data"))

                // bridge -j link has the members beside the others
                : LinkDraft.PortStateOf(Text(json, "state")) is not null ? ReadBridgePort(json) : null,
            Statistics = ReadStatistics(Member(json, "stats64")),
        })
        {
            MasterName = Text(json, "master"),
            PeerName = Text(json, "link"),
        };
    }

    private static LinkData? ReadData(string? kind, JsonElement data) => kind switch
    {
        _ when data.ValueKind != JsonValueKind.Object => null,
        "bridge" => new LinkData.Bridge
        {
            SpanningTree = Number(data, "stp_state") is { } state ? state != 0 : null,
            ForwardDelaySeconds = Number(data, "forward_delay") / 100.0,
            AgeingTimeSeconds = Number(data, "ageing_time") / 100.0,
            VlanFiltering = Switch(data, "vlan_filtering"),
            MulticastSnooping = Switch(data, "mcast_snooping"),
            GroupForwardMask = Mask(Text(data, "group_fwd_mask")),
            BridgeId = LinkDraft.BridgeIdOf(Text(data, "bridge_id")),
            CallIptables = Switch(data, "nf_call_iptables"),
        },
        "tun" => new LinkData.Tun
        {
            IsTap = Text(data, "type") == "tap",
            Persistent = Switch(data, "persist"),
            Owner = Member(data, "user") is { ValueKind: JsonValueKind.Number } user && user.TryGetUInt32(out var owner) ? owner : null,
            VnetHeader = Switch(data, "vnet_hdr"),
            MultiQueue = Switch(data, "multi_queue"),
        },
        "vxlan" => new LinkData.Vxlan
        {
            Vni = (uint?)Number(data, "id"),
            Local = Address(Text(data, "local") ?? Text(data, "local6")),
            Remote = Address(Text(data, "remote") ?? Text(data, "remote6") ?? Text(data, "group") ?? Text(data, "group6")),
            Port = Number(data, "port"),
            CollectMetadata = Switch(data, "external") ?? false,
        },
        "gre" or "gretap" or "erspan" or "ip6gre" or "ip6gretap" or "ip6erspan" => new LinkData.Gre
        {
            Local = Address(Text(data, "local")),
            Remote = Address(Text(data, "remote")),
            InKey = Key(Text(data, "ikey")),
            OutKey = Key(Text(data, "okey")),
            CollectMetadata = Switch(data, "external") ?? false,
        },
        "vlan" => new LinkData.Vlan
        {
            Id = Number(data, "id") ?? 0,
            Protocol = Text(data, "protocol") switch { "802.1Q" => 0x8100, "802.1ad" => 0x88a8, _ => null },
        },
        _ => null,
    };

    private static BridgePortData ReadBridgePort(JsonElement data) => new()
    {
        State = LinkDraft.PortStateOf(Text(data, "state")),
        Hairpin = Switch(data, "hairpin"),
        Learning = Switch(data, "learning"),
        UnicastFlood = Switch(data, "flood"),
        Isolated = Switch(data, "isolated"),
    };

    private static LinkStatistics? ReadStatistics(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return null;
        }
        var (received, sent) = (Member(json, "rx"), Member(json, "tx"));
        return new()
        {
            ReceivedPackets = Counter(received, "packets"),
            ReceivedBytes = Counter(received, "bytes"),
            ReceiveErrors = Counter(received, "errors"),
            ReceiveDropped = Counter(received, "dropped"),
            SentPackets = Counter(sent, "packets"),
            SentBytes = Counter(sent, "bytes"),
            SendErrors = Counter(sent, "errors"),
            SendDropped = Counter(sent, "dropped"),
        };
    }

    private static void ReadAddresses(JsonElement json, int index, string device, NamespaceBuilder network)
    {
        var list = Member(json, "addr_info");
        if (list.ValueKind != JsonValueKind.Array)
        {
            return;
        }
        foreach (var item in list.EnumerateArray())
        {
            if (Address(Text(item, "local") ?? Text(item, "address")) is { } address)
            {
                network.Add(device, new LinkAddress
                {
                    IfIndex = index,
                    Address = address,
                    PrefixLength = Number(item, "prefixlen") ?? 0,
                    Scope = LinkDraft.ScopeOf(Text(item, "scope")),
                    Peer = Text(item, "local") is null ? null : Address(Text(item, "address")),
                    Tentative = Switch(item, "tentative") is true || Switch(item, "dadfailed") is true,
                });
            }
        }
    }

    private static IPAddress? Address(string? text) => IPAddress.TryParse(text, out var address) ? address : null;

    /// <summary>A tunnel key, which iproute2 writes like an IPv4 address (<c>0.0.0.10</c>).</summary>
    internal static uint? Key(string? text)
    {
        if (uint.TryParse(text, CultureInfo.InvariantCulture, out var plain))
        {
            return plain;
        }
        return Address(text) is { } address && address.GetAddressBytes() is [var a, var b, var c, var d]
            ? (uint)(a << 24 | b << 16 | c << 8 | d)
            : null;
    }

    /// <summary>A mask, in hex with or without 0x.</summary>
    internal static int? Mask(string? text) =>
        text is not null && int.TryParse(text.StartsWith("0x", StringComparison.Ordinal) ? text[2..] : text,
            NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : null;
}
