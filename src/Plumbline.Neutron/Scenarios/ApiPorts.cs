using System.Net;
using System.Text.Json;
using Plumbline.Neutron.SecurityGroups;
using Plumbline.Primitives;

namespace Plumbline.Neutron.Scenarios;

/// <summary>Ports as Neutron's API gives them, in JSON; a scenario's <c>device</c> stands for <c>id</c>.</summary>
public static class ApiPorts
{
    /// <summary>Reads a port; what is not told stays as in <paramref name="before"/>.</summary>
    /// <param name="port">A JSON object.</param>
    /// <param name="before">What was known of it.</param>
    /// <param name="complaint">What is wrong with it; null where nothing is.</param>
    public static FirewallPort? Read(JsonElement port, FirewallPort? before, out string? complaint)
    {
        complaint = null;
        if (port.ValueKind != JsonValueKind.Object)
        {
            complaint = "a port is an object";
            return null;
        }
        var id = Text(port, "device") ?? Text(port, "id") ?? before?.Id;
        if (string.IsNullOrEmpty(id))
        {
            complaint = "a port needs an id";
            return null;
        }
        if (Text(port, "mac_address") is not { } macText)
        {
            macText = before?.Address.ToString() ?? "";
        }
        if (!MacNotation.TryParse(macText, out var mac))
        {
            complaint = macText.Length == 0 ? $"port {id} needs a MAC" : $"port {id}: \"{macText}\" is no MAC";
            return null;
        }
        var texts = new List<string>();
        if (ReadAddresses(port, id, texts, ref complaint) is not { } fixedAddresses || ReadPairs(port, id, mac, ref complaint) is not { } pairs)
        {
            return null;
        }
        return new()
        {
            Id = id,
            Address = mac,
            FixedAddresses = Has(port, "fixed_ips") ? fixedAddresses : before?.FixedAddresses ?? [],
            FixedTexts = !Has(port, "fixed_ips") ? before?.FixedTexts : AsPrinted(fixedAddresses, texts) ? null : texts,
            AllowedAddressPairs = Has(port, "allowed_address_pairs") ? pairs : before?.AllowedAddressPairs ?? [],
            SecurityGroups = Has(port, "security_groups")
                ? [.. List(port, "security_groups").Select(g => g.GetString()).OfType<string>()]
                : before?.SecurityGroups ?? [],
            NetworkId = Text(port, "network_id") ?? before?.NetworkId ?? "",
            Owner = Text(port, "device_owner") ?? before?.Owner ?? "compute:nova",
            PortSecurityEnabled = port.TryGetProperty("port_security_enabled", out var security)
                ? security.ValueKind != JsonValueKind.False
                : before?.PortSecurityEnabled ?? true,
            DhcpServers = [.. List(port, "dhcp_servers").Select(ParseAddress).OfType<IPAddress>()],
            Routers = [.. List(port, "routers").Select(ParseAddress).OfType<IPAddress>()],
        };
    }

    private static bool AsPrinted(List<IPAddress> addresses, List<string> texts)
    {
        for (var i = 0; i < addresses.Count; i++)
        {
            if (IPText.Of(addresses[i]) != texts[i])
            {
                return false;
            }
        }
        return true;
    }

    private static List<IPAddress>? ReadAddresses(JsonElement port, string id, List<string> texts, ref string? complaint)
    {
        var addresses = new List<IPAddress>();
        foreach (var item in List(port, "fixed_ips"))
        {
            if (AddressText(item) is not { } text || ParseAddress(text) is not { } address)
            {
                complaint = $"port {id}: {OneLine(item)} is no fixed address";
                return null;
            }
            addresses.Add(address);
            texts.Add(text);
        }
        return addresses;
    }

    private static List<AllowedAddressPair>? ReadPairs(JsonElement port, string id, MacAddress own, ref string? complaint)
    {
        var pairs = new List<AllowedAddressPair>();
        foreach (var item in List(port, "allowed_address_pairs"))
        {
            var address = item.ValueKind == JsonValueKind.String ? item.GetString()
                : item.ValueKind == JsonValueKind.Object ? Text(item, "ip_address") : null;
            var macText = item.ValueKind == JsonValueKind.Object ? Text(item, "mac_address") : null;
            MacAddress? mac = MacNotation.TryParse(macText, out var parsed) ? parsed : null;
            if (address is null || !AddressPrefix.TryParse(address, out _) || (macText is not null && mac is null))
            {
                complaint = $"port {id}: {OneLine(item)} is no allowed address pair";
                return null;
            }
            pairs.Add(new(address, mac ?? own)); // the API fills it in when the pair is made
        }
        return pairs;
    }

    private static string? AddressText(JsonElement item) => item.ValueKind switch
    {
        JsonValueKind.String => item.GetString(),
        JsonValueKind.Object => Text(item, "ip_address"),
        _ => null,
    };

    private static string OneLine(JsonElement item) => string.Join(' ', item.GetRawText().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static IPAddress? ParseAddress(JsonElement item) => ParseAddress(AddressText(item));

    private static IPAddress? ParseAddress(string? text) =>
        text is not null && AddressPrefix.TryParse(text, out var prefix) && prefix.Length == prefix.Width ? prefix.ToAddress() : null;

    private static bool Has(JsonElement element, string name) => element.TryGetProperty(name, out _);

    private static IEnumerable<JsonElement> List(JsonElement element, string name) =>
        element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
