using System.Globalization;
using System.Net;
using System.Text.Json;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;
using Plumbline.Primitives;
using static Plumbline.Node.Sources.Texts.JsonMembers;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// <c>ip -j route</c>, <c>ip -j neigh</c>, <c>ip -j rule</c>, <c>bridge -j fdb</c>, <c>bridge -j vlan</c>: arrays of objects that are told
/// apart by their members.
/// </summary>
internal sealed class ForwardingJsonSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "ip -j route, ip -j neigh, ip -j rule, bridge -j fdb, bridge -j vlan";

    /// <inheritdoc/>
    public override string Source => "forwarding";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["\"dst\"", "\"priority\"", "\"mac\"", "\"vlans\""];

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
            foreach (var item in json.EnumerateArray())
            {
                found += item.ValueKind == JsonValueKind.Object && Read(item, builder.Namespace(name)) ? 1 : 0;
            }
        }
        return found;
    }

    private static bool Read(JsonElement item, NamespaceBuilder network)
    {
        if (Text(item, "mac") is { } mac && Text(item, "ifname") is { } port)
        {
            return ReadFdb(item, mac, port, network);
        }
        if (Member(item, "vlans") is { ValueKind: JsonValueKind.Array } vlans && Text(item, "ifname") is { } device)
        {
            return ReadVlans(vlans, device, network);
        }
        if (Number(item, "priority") is { } priority && Text(item, "src") is { } source && Text(item, "ifname") is null)
        {
            return ReadRule(item, (uint)priority, source, network);
        }
        return Text(item, "dst") is { } destination
            && (Member(item, "state").ValueKind == JsonValueKind.Array
                ? ReadNeighbour(item, destination, network)
                : ReadRoute(item, destination, network));
    }

    private static bool ReadRoute(JsonElement item, string destination, NamespaceBuilder network)
    {
        IPAddress? address = null;
        var length = 0;
        if (destination != "default" && !IpRouteSource.ReadPrefix(destination, out address, out length))
        {
            return false;
        }
        var gateway = Address(Text(item, "gateway") ?? Text(Member(item, "via"), "host"));
        var source = Address(Text(item, "prefsrc"));
        var hops = new List<(string?, IPAddress?, int)>();
        if (Member(item, "nexthops") is { ValueKind: JsonValueKind.Array } list)
        {
            foreach (var hop in list.EnumerateArray())
            {
                hops.Add((Text(hop, "dev"), Address(Text(hop, "gateway")), Number(hop, "weight") ?? 1));
            }
        }
        var route = new Route
        {
            Destination = address
                ?? ((gateway ?? source)?.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any),
            PrefixLength = length,
            Gateway = gateway,
            Source = source,
            Metric = (uint?)Number(item, "metric"),
            Table = RouteDraft.TableOf(Word(item, "table")),
            Type = RouteDraft.TypeOf(Text(item, "type")) ?? 1,
            Protocol = RouteDraft.ProtocolOf(Word(item, "protocol") ?? "boot"),
            Scope = LinkDraft.ScopeOf(Word(item, "scope")),
        };
        network.Add(new RouteDraft(route, Text(item, "dev")) { Hops = hops });
        return true;
    }

    private static bool ReadNeighbour(JsonElement item, string destination, NamespaceBuilder network)
    {
        if (Address(destination) is not { } address || Text(item, "dev") is not { } device)
        {
            return false;
        }
        var state = 0;
        foreach (var word in JsonMembers.Texts(item, "state"))
        {
            state |= IpNeighbourSource.StateOf(word);
        }
        network.Add(device, new Neighbour
        {
            IfIndex = 0,
            Address = address,
            LinkAddress = LinkDraft.MacOf(Text(item, "lladdr")),
            State = state,
        });
        return true;
    }

    private static bool ReadRule(JsonElement item, uint priority, string source, NamespaceBuilder network)
    {
        IPNetwork? Prefix(string? text, string lengthName) =>
            text is null or "all" ? null
            : IPNetwork.TryParse(Number(item, lengthName) is { } length ? $"{text}/{length}" : text, out var prefix) ? prefix
            : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : null;
        var from = Prefix(source, "srclen");
        var to = Prefix(Text(item, "dst"), "dstlen");
        var rule = new RoutingRule
        {
            Priority = priority,
            From = from,
            To = to,
            IsIPv6 = (from ?? to)?.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6,
            IsInverted = Member(item, "not").ValueKind is not JsonValueKind.Undefined,
            InInterface = Text(item, "iif"),
            OutInterface = Text(item, "oif"),
            Mark = Hex(Text(item, "fwmark")),
            MarkMask = Hex(Text(item, "fwmask")),
            Table = Word(item, "table") is { } table ? RouteDraft.TableOf(table) : null,
            Text = item.GetRawText(),
        };
        network.Add(rule);
        return true;
    }

    private static bool ReadFdb(JsonElement item, string mac, string port, NamespaceBuilder network)
    {
        if (!MacAddress.TryParse(mac, out var address))
        {
            return false;
        }
        network.Add(port, Text(item, "master"), new FdbEntry
        {
            IfIndex = 0,
            Address = address,
            Vlan = Number(item, "vlan"),
            Remote = Address(Text(item, "dst")),
            State = BridgeFdbSource.StateOf([.. JsonMembers.Texts(item, "flags"), Text(item, "state") ?? ""]),
        });
        return true;
    }

    private static bool ReadVlans(JsonElement vlans, string device, NamespaceBuilder network)
    {
        foreach (var item in vlans.EnumerateArray())
        {
            if (Number(item, "vlan") is not { } first || first is < 0 or > 4095)
            {
                continue;
            }
            var flags = JsonMembers.Texts(item, "flags").ToArray();
            for (var vlan = first; vlan <= Math.Min(Number(item, "vlanEnd") ?? first, 4095); vlan++)
            {
                network.Add(new BridgeVlan(device, vlan, flags.Contains("PVID"), flags.Contains("Egress Untagged")));
            }
        }
        return true;
    }

    private static IPAddress? Address(string? text) => IPAddress.TryParse(text, out var address) ? address : null;

    private static string? Word(JsonElement json, string name) =>
        Text(json, name) ?? Number(json, name)?.ToString(CultureInfo.InvariantCulture);

    private static uint? Hex(string? text) =>
        text is not null && uint.TryParse(text.AsSpan(text.StartsWith("0x", StringComparison.Ordinal) ? 2 : 0),
            NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : null;
}
