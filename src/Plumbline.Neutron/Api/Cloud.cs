using System.Net;
using System.Text.Json;
using Plumbline.Neutron.Intent;
using Plumbline.Primitives;

namespace Plumbline.Neutron.Api;

/// <summary>
/// What Neutron's API answered about one cloud at one moment: what is wanted. Lists that nobody asked for are null, which is another
/// thing than an empty list.
/// </summary>
public sealed record Cloud
{
    /// <summary>Ports, by UUID.</summary>
    public IReadOnlyDictionary<string, CloudPort>? Ports { get; init; }

    /// <summary>Networks, by UUID.</summary>
    public IReadOnlyDictionary<string, CloudNetwork>? Networks { get; init; }

    /// <summary>Subnets.</summary>
    public IReadOnlyList<CloudSubnet>? Subnets { get; init; }

    /// <summary>Routers.</summary>
    public IReadOnlyList<CloudRouter>? Routers { get; init; }

    /// <summary>Floating IPs that belong to a port.</summary>
    public IReadOnlyList<CloudFloatingIP>? FloatingIPs { get; init; }

    /// <summary>Agents.</summary>
    public IReadOnlyList<CloudAgent>? Agents { get; init; }

    /// <summary>VMs' names by UUID, as Nova's API (<c>/servers</c>) answers.</summary>
    public IReadOnlyDictionary<string, string>? Servers { get; init; }

    /// <summary>Ports and groups as the firewall sees them; null without ports or groups.</summary>
    public NeutronIntent? Firewall { get; init; }

    /// <summary>Reads the documents: each a list of the API (<c>{"ports": […]}</c>), in any order.</summary>
    public static Cloud Read(IReadOnlyList<JsonElement> documents) => new()
    {
        Ports = All(documents, "ports", Port)?.DistinctBy(p => p.Id).ToDictionary(p => p.Id, StringComparer.Ordinal),
        Networks = All(documents, "networks", Network)?.DistinctBy(n => n.Id).ToDictionary(n => n.Id, StringComparer.Ordinal),
        Subnets = All(documents, "subnets", Subnet),
        Routers = All(documents, "routers", Router),
        FloatingIPs = All(documents, "floatingips", FloatingIP),
        Agents = All(documents, "agents", Agent),
        Servers = All(documents, "servers", Server)?.DistinctBy(s => s.Id).ToDictionary(s => s.Id, s => s.Name, StringComparer.Ordinal),
        Firewall = documents.Where(NeutronIntent.IsKnown).ToList() is { Count: > 0 } known
            && known.Exists(d => d.TryGetProperty("ports", out _)) && known.Exists(d => d.TryGetProperty("security_groups", out _))
            ? NeutronIntent.Read(known) : null,
    };

    private static CloudPort? Port(JsonElement item) => Text(item, "id") is { } id && Text(item, "network_id") is { } network
        ? new()
        {
            Id = id,
            Name = Text(item, "name") ?? "",
            NetworkId = network,
            Address = MacAddress.TryParse(Text(item, "mac_address"), out var mac) ? mac : null,
            FixedAddresses = [.. List(item, "fixed_ips").Select(f => Address(f, "ip_address")).OfType<IPAddress>()],
            Owner = Text(item, "device_owner") ?? "",
            DeviceId = Text(item, "device_id") ?? "",
            Host = Text(item, "binding:host_id"),
            VifType = Text(item, "binding:vif_type"),
            IsActive = Text(item, "status") is { } status ? status == "ACTIVE" : null,
            IsUp = IsTrue(item, "admin_state_up", true),
            HasQos = item.TryGetProperty("qos_policy_id", out _) ? Text(item, "qos_policy_id") is { Length: > 0 } || Text(item, "qos_network_policy_id") is { Length: > 0 } : null,
        }
        : null;

    private static ServerName? Server(JsonElement item) =>
        Text(item, "id") is { } id && Text(item, "name") is { Length: > 0 } name ? new(id, name) : null;

    private static CloudNetwork? Network(JsonElement item) => Text(item, "id") is { } id
        ? new(id, Text(item, "name") ?? "", IsTrue(item, "admin_state_up", true), Number(item, "mtu"), Text(item, "provider:network_type"),
            Text(item, "provider:physical_network"), Number(item, "provider:segmentation_id"))
        : null;

    private static CloudSubnet? Subnet(JsonElement item) =>
        Text(item, "id") is { } id && Text(item, "network_id") is { } network && IPNetwork.TryParse(Text(item, "cidr"), out var prefix)
            ? new(id, network, prefix, Address(item, "gateway_ip"), IsTrue(item, "enable_dhcp", true))
            {
                RouterAdvertisements = Text(item, "ipv6_ra_mode") is { Length: > 0 } mode ? mode : null,
                AreNameServersTold = item.TryGetProperty("dns_nameservers", out var servers) && servers.ValueKind == JsonValueKind.Array,
                NameServers = servers.ValueKind != JsonValueKind.Array ? [] : [.. servers.EnumerateArray()
                    .Select(s => s.ValueKind == JsonValueKind.String && IPAddress.TryParse(s.GetString(), out var read) ? read : null).OfType<IPAddress>()],
            }
            : null;

    private static CloudRouter? Router(JsonElement item)
    {
        if (Text(item, "id") is not { } id)
        {
            return null;
        }
        var gateway = item.TryGetProperty("external_gateway_info", out var info) && info.ValueKind == JsonValueKind.Object ? info : default;
        var routes = new List<(IPNetwork, IPAddress)>();
        foreach (var route in List(item, "routes"))
        {
            if (IPNetwork.TryParse(Text(route, "destination"), out var destination) && Address(route, "nexthop") is { } hop)
            {
                routes.Add((destination, hop));
            }
        }
        return new(id, Text(item, "name") ?? "", IsTrue(item, "admin_state_up", true),
            [.. List(gateway, "external_fixed_ips").Select(f => Address(f, "ip_address")).OfType<IPAddress>()],
            IsTrue(gateway, "enable_snat", true), routes);
    }

    private static CloudFloatingIP? FloatingIP(JsonElement item) =>
        Address(item, "floating_ip_address") is { } floating && Address(item, "fixed_ip_address") is { } inner
        && Text(item, "router_id") is { } router && Text(item, "port_id") is { } port
            ? new(floating, inner, router, port)
            : null;

    private static CloudAgent? Agent(JsonElement item)
    {
        if (Text(item, "binary") is not { } binary || Text(item, "host") is not { } host)
        {
            return null;
        }
        var configuration = item.TryGetProperty("configurations", out var told) && told.ValueKind == JsonValueKind.Object ? told : default;
        bool? isAlive = item.TryGetProperty("alive", out var alive) && alive.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? alive.ValueKind == JsonValueKind.True : null;
        return new(binary, host, isAlive, IsTrue(item, "admin_state_up", true),
            Text(configuration, "tunneling_ip") is { Length: > 0 } address ? address : null,
            [.. List(configuration, "tunnel_types").Select(t => t.GetString()).OfType<string>()],
            IsTrue(configuration, "l2_population", false));
    }

    private static List<T>? All<T>(IReadOnlyList<JsonElement> documents, string name, Func<JsonElement, T?> read)
        where T : class
    {
        List<T>? items = null;
        foreach (var document in documents)
        {
            if (document.ValueKind == JsonValueKind.Object && document.TryGetProperty(name, out var list)
                && list.ValueKind == JsonValueKind.Array)
            {
                items ??= [];
                items.AddRange(list.EnumerateArray().Where(i => i.ValueKind == JsonValueKind.Object).Select(read).OfType<T>());
            }
        }
        return items;
    }

    private static IEnumerable<JsonElement> List(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray() : [];

    private static string? Text(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;

    private static int? Number(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? number : null;

    private static bool IsTrue(JsonElement item, string name, bool missing) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value)
        && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.ValueKind == JsonValueKind.True : missing;

    private static IPAddress? Address(JsonElement item, string name) =>
        IPAddress.TryParse(Text(item, name), out var address) ? address : null;

    private sealed record ServerName(string Id, string Name);
}
