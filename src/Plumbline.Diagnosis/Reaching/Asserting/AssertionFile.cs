using System.Globalization;
using System.Text.Json;
using Plumbline.Iptables;
using Plumbline.Neutron.Intent;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Reaching.Asserting;

/// <summary>A file of assertions: groups of addresses or ports by name, and sentences about them; docs/intent.md shows the form.</summary>
/// <param name="Groups">Members by group: addresses, prefixes, VMs, devices.</param>
/// <param name="Assertions">In the order of the file.</param>
public sealed record AssertionFile(
    IReadOnlyDictionary<string, IReadOnlyList<string>> Groups, IReadOnlyList<FirewallAssertion> Assertions)
{
    private const string Fix = "docs/intent.md shows the form";

    private static readonly string[] _known = ["name", "ports", "deny", "allow", "from", "except", "family"];

    /// <summary>Reads YAML or JSON.</summary>
    /// <exception cref="DiagnosisException">Something is not as it should be; the problem says what and where.</exception>
    /// <exception cref="Neutron.NeutronException">It is no YAML at all.</exception>
    public static AssertionFile Read(ReadOnlyMemory<byte> content, string where)
    {
        var root = IntentText.ReadDocument(content, where);
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("assertions", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            throw Bad("there is no list \"assertions\"", where);
        }
        var groups = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (root.TryGetProperty("groups", out var named) && named.ValueKind == JsonValueKind.Object)
        {
            foreach (var group in named.EnumerateObject())
            {
                groups[group.Name] = Words(group.Value);
            }
        }
        var assertions = new List<FirewallAssertion>();
        var number = 0;
        foreach (var item in list.EnumerateArray())
        {
            assertions.Add(ReadOne(item, string.Create(CultureInfo.InvariantCulture, $"{where}, assertion {++number}")));
        }
        return new(groups, assertions);
    }

    private static FirewallAssertion ReadOne(JsonElement item, string where)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            throw Bad("an assertion is a list of words with values", where);
        }
        foreach (var member in item.EnumerateObject())
        {
            if (Array.IndexOf(_known, member.Name) < 0)
            {
                throw Bad($"nobody knows \"{member.Name}\"; known are {string.Join(", ", _known)}", where);
            }
        }
        var hasDeny = item.TryGetProperty("deny", out var deny);
        var hasAllow = item.TryGetProperty("allow", out var allow);
        if (hasDeny == hasAllow)
        {
            throw Bad("give either deny or allow", where);
        }
        var what = Text(hasDeny ? deny : allow);
        var (protocol, range) = Service(what, where);
        var ports = Members(item, "ports");
        var from = Members(item, "from");
        var except = Members(item, "except");
        var family = item.TryGetProperty("family", out var given) ? Text(given) : null;
        return new()
        {
            Name = item.TryGetProperty("name", out var name) ? Text(name)
                : $"{(ports.Count == 0 ? "all ports" : string.Join(", ", ports))}: {(hasDeny ? "no" : "")} {what}"
                    + (from.Count > 0 ? " from " + string.Join(", ", from) : "") + (except.Count > 0 ? " but from " + string.Join(", ", except) : ""),
            Ports = ports,
            IsDenied = hasDeny,
            Protocol = protocol,
            Range = range,
            From = from,
            Except = except,
            Family = family is null ? null : family.EndsWith('6') ? IPFamily.IPv6 : IPFamily.IPv4,
        };

        static List<string> Members(JsonElement item, string name) =>
            item.TryGetProperty(name, out var value) ? [.. Words(value).Where(w => w is not ("all" or "any"))] : [];
    }

    private static (byte? Protocol, PortRange? Range) Service(string text, string where)
    {
        if (text is "any" or "all")
        {
            return (null, null);
        }
        var parts = text.Split('/');
        var protocol = byte.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : ProtocolNames.NumberOf(parts[0]) ?? throw Bad($"no protocol is called \"{parts[0]}\"", where);
        if (parts.Length == 1)
        {
            return (protocol, null);
        }
        var ends = parts[1].Split('-', ':');
        return parts.Length == 2 && ends.Length <= 2
            && ushort.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && ushort.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last) && first <= last
            ? (protocol, new PortRange(first, last))
            : throw Bad($"\"{text}\" is no protocol with ports, as in tcp/5432 or udp/1000-2000", where);
    }

    private static IReadOnlyList<string> Words(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => [.. value.EnumerateArray().Select(Text)],
        // "group: app" is the same as "app"
        JsonValueKind.Object => [.. value.EnumerateObject().SelectMany(m => Words(m.Value))],
        JsonValueKind.Null => [],
        _ => [Text(value)],
    };

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static DiagnosisException Bad(string what, string where) => new(new Problem(Printable.Escape(what), Printable.Escape(where), Fix));
}
