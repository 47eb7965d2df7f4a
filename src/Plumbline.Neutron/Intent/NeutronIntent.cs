using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Plumbline.Neutron.Scenarios;
using Plumbline.Neutron.SecurityGroups;
using Plumbline.Primitives;

namespace Plumbline.Neutron.Intent;

/// <summary>
/// What Neutron's API says that ports and groups shall be: lists <c>ports</c>, <c>security_groups</c> (with their rules, or with a list
/// <c>security_group_rules</c> beside them) and <c>address_groups</c>, in one document or in several.
/// </summary>
public sealed record NeutronIntent
{
    private const int MostOfRule = 200; // characters of it in a complaint

    /// <summary>All ports, of every node.</summary>
    public required IReadOnlyList<IntendedPort> Ports { get; init; }

    /// <summary>All groups, with the addresses of all their ports as members; address groups too.</summary>
    public required IReadOnlyList<IntendedGroup> Groups { get; init; }

    /// <summary>What was not understood, each with what it is about.</summary>
    public IReadOnlyList<string> Complaints { get; init; } = [];

    /// <summary>True where a document has a list that this reads.</summary>
    public static bool IsKnown(JsonElement document) => document.ValueKind == JsonValueKind.Object
        && (document.TryGetProperty("ports", out _) || document.TryGetProperty("security_groups", out _)
            || document.TryGetProperty("security_group_rules", out _) || document.TryGetProperty("address_groups", out _));

    /// <summary>Reads the documents of one cloud at one moment.</summary>
    public static NeutronIntent Read(IReadOnlyList<JsonElement> documents)
    {
        var complaints = new List<string>();
        var ports = new List<IntendedPort>();
        foreach (var port in All(documents, "ports"))
        {
            if (ApiPorts.Read(port, null, out var complaint) is { } read)
            {
                ports.Add(new()
                {
                    Port = read with { FixedTexts = null }, // what is enforced and compared is spelled in one way
                    Name = Text(port, "name") ?? "",
                    Host = Text(port, "binding:host_id"),
                    VifType = Text(port, "binding:vif_type"),
                    IsUp = !port.TryGetProperty("admin_state_up", out var up) || up.ValueKind != JsonValueKind.False,
                });
            }
            else
            {
                complaints.Add(complaint ?? "a port is not understood");
            }
        }
        var apart = All(documents, "security_group_rules").ToLookup(r => Text(r, "security_group_id"));
        var groups = new List<IntendedGroup>();
        foreach (var group in All(documents, "security_groups"))
        {
            if (Text(group, "id") is { } id)
            {
                groups.Add(ReadGroup(group, id, apart[id], ports, complaints));
            }
        }
        foreach (var group in All(documents, "address_groups"))
        {
            if (Text(group, "id") is { } id)
            {
                groups.Add(new()
                {
                    Group = new() { Id = id, Members = [.. List(group, "addresses").Select(a => a.GetString()).OfType<string>()] },
                    Name = Text(group, "name") ?? "",
                });
            }
        }
        return new() { Ports = WithServers(ports), Groups = groups, Complaints = complaints };
    }

    /// <summary>
    /// The DHCP servers and routers of each port's network, from their own ports: rules of Neutron before Pike name them. IPv6 ones are
    /// known by the link-local address of their MAC.
    /// </summary>
    private static List<IntendedPort> WithServers(List<IntendedPort> ports)
    {
        var servers = ports.Where(p => p.Port.Owner == "network:dhcp").ToLookup(p => p.Port.NetworkId, p => p.Port, StringComparer.Ordinal);
        var routers = ports.Where(p => p.Port.Owner is "network:router_interface" or "network:router_interface_distributed"
            or "network:ha_router_replicated_interface").ToLookup(p => p.Port.NetworkId, p => p.Port, StringComparer.Ordinal);
        return [.. ports.Select(p => p.Port.IsTrusted || p.Port.NetworkId.Length == 0 ? p : p with
        {
            Port = p.Port with
            {
                DhcpServers = p.Port.DhcpServers.Count > 0 ? p.Port.DhcpServers : AddressesOf(servers[p.Port.NetworkId], false),
                Routers = p.Port.Routers.Count > 0 ? p.Port.Routers : AddressesOf(routers[p.Port.NetworkId], true),
            },
        })];
    }

    private static List<IPAddress> AddressesOf(IEnumerable<FirewallPort> ports, bool onlyIPv6) =>
    [
        .. ports.SelectMany(p => p.FixedAddresses
            .Where(a => !onlyIPv6 || a.AddressFamily == AddressFamily.InterNetworkV6)
            .Select(a => a.AddressFamily == AddressFamily.InterNetworkV6 ? LinkLocalAddress.Of(p.Address) : a)).Distinct(),
    ];

    private static IntendedGroup ReadGroup(
        JsonElement group, string id, IEnumerable<JsonElement> apart, List<IntendedPort> ports, List<string> complaints)
    {
        var rules = new List<SecurityGroupRule>();
        var ids = new List<string>();
        var told = List(group, "security_group_rules").ToList();
        foreach (var item in told.Count > 0 ? told : apart)
        {
            if (ApiRules.Check(item, out var refusal) is { } rule)
            {
                rules.Add(rule);
                ids.Add(Text(item, "id") ?? "");
            }
            else
            {
                complaints.Add($"group {id}, rule \"{Printable.Escape(AsTold(item))}\": {refusal ?? "it is not understood"}");
            }
        }
        return new()
        {
            Group = new()
            {
                Id = id,
                Stateful = !group.TryGetProperty("stateful", out var stateful) || stateful.ValueKind != JsonValueKind.False,
                Rules = rules,
                Members = MembersOf(id, ports),
            },
            Name = Text(group, "name") ?? "",
            RuleIds = ids,
        };
    }

    /// <summary>A rule as its file has it, on one line.</summary>
    private static string AsTold(JsonElement rule)
    {
        var text = Text(rule, ShortRule.Told) ?? string.Join(' ', rule.GetRawText().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length <= MostOfRule ? text : text[..MostOfRule] + "…";
    }

    /// <summary>Fixed addresses and allowed pairs of all ports in the group.</summary>
    private static List<string> MembersOf(string id, List<IntendedPort> ports)
    {
        var members = new List<string>();
        foreach (var port in ports)
        {
            if (port.Port.SecurityGroups.Contains(id))
            {
                members.AddRange(port.Port.FixedAddresses.Select(IPText.Of));
                members.AddRange(port.Port.AllowedAddressPairs.Select(p => p.Address));
            }
        }
        return [.. members.Distinct(StringComparer.Ordinal)];
    }

    private static IEnumerable<JsonElement> All(IReadOnlyList<JsonElement> documents, string name) =>
        documents.Where(d => d.ValueKind == JsonValueKind.Object).SelectMany(d => List(d, name));

    private static IEnumerable<JsonElement> List(JsonElement element, string name) =>
        element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;
}
