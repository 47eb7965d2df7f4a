using System.Net;
using System.Text.Json;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;
using Plumbline.Primitives;
using Plumbline.Testing;

namespace Plumbline.Node.Tests.Topologies;

/// <summary>
/// A node of the recorded deployment (../shared/cases/neutron-node) as a snapshot, straight from the recorded JSON (<c>ip -d -j link</c>,
/// <c>ip -j addr</c>, <c>ovs-vsctl --format=json list</c>) and iptables-save text, without the sources under test elsewhere.
/// </summary>
internal static class RecordedNode
{
    public static NodeSnapshot Read(string node, string state = "states/sg-rules")
    {
        var folder = SharedFiles.Require($"cases/neutron-node/{state}/{node}");
        var namespaces = new List<NamespaceFacts> { ReadNamespace(folder, "") };
        if (Directory.Exists(Path.Combine(folder, "netns")))
        {
            namespaces.AddRange(Directory.GetDirectories(Path.Combine(folder, "netns")).Order(StringComparer.Ordinal)
                .Select(d => ReadNamespace(d, Path.GetFileName(d))));
        }
        return new()
        {
            Host = node,
            Namespaces = namespaces,
            Ovs = ReadOvs(folder),
            Firewall = [.. new[] { "iptables-save", "ip6tables-save" }
                .Where(t => File.Exists(Path.Combine(folder, t + ".txt")))
                .Select(t => new FirewallText("", t, File.ReadAllText(Path.Combine(folder, t + ".txt"))))],
        };
    }

    private static NamespaceFacts ReadNamespace(string folder, string name)
    {
        using var links = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "ip-d-j-link.json")));
        var addressFile = Path.Combine(folder, "ip-j-addr.json"); // the planted faults were recorded without it
        using var addresses = JsonDocument.Parse(File.Exists(addressFile) ? File.ReadAllText(addressFile) : "[]");
        var indexes = links.RootElement.EnumerateArray().ToDictionary(l => Text(l, "ifname")!, l => l.GetProperty("ifindex").GetInt32());
        return new()
        {
            Name = name,
            Links = [.. links.RootElement.EnumerateArray().Select(l => ReadLink(l, indexes))],
            Addresses = [.. addresses.RootElement.EnumerateArray().SelectMany(l => l.GetProperty("addr_info").EnumerateArray()
                .Where(a => a.TryGetProperty("local", out _))
                .Select(a => new LinkAddress
                {
                    IfIndex = l.GetProperty("ifindex").GetInt32(),
                    Address = IPAddress.Parse(Text(a, "local")!),
                    PrefixLength = a.GetProperty("prefixlen").GetInt32(),
                }))],
            Neighbours = [.. File.ReadAllLines(Path.Combine(folder, "ip-neigh.txt")).Select(l => l.Split(' '))
                .Where(w => w is [_, "dev", _, "lladdr", ..])
                .Select(w => new Neighbour
                {
                    Address = IPAddress.Parse(w[0]),
                    IfIndex = indexes[w[2]],
                    LinkAddress = MacAddress.Parse(w[4]),
                    State = 2,
                })],
        };
    }

    private static Link ReadLink(JsonElement link, Dictionary<string, int> indexes)
    {
        var info = link.TryGetProperty("linkinfo", out var found) ? found : default;
        var flags = link.GetProperty("flags").EnumerateArray().Select(f => f.GetString()).ToHashSet();
        return new()
        {
            IfIndex = link.GetProperty("ifindex").GetInt32(),
            Name = Text(link, "ifname")!,
            HardwareType = Text(link, "link_type") switch { "loopback" => 772, "ether" => 1, _ => 0 },
            Flags = (flags.Contains("UP") ? LinkFlags.Up : 0) | (flags.Contains("LOWER_UP") ? LinkFlags.LowerUp : 0)
                | (flags.Contains("LOOPBACK") ? LinkFlags.Loopback : 0),
            OperationalState = Text(link, "operstate") switch
            {
                "UP" => OperationalState.Up,
                "DOWN" => OperationalState.Down,
                "LOWERLAYERDOWN" => OperationalState.LowerLayerDown,
                _ => OperationalState.Unknown,
            },
            Mtu = link.GetProperty("mtu").GetInt32(),
            Address = MacAddress.TryParse(Text(link, "address"), out var mac) ? mac : null,
            MasterIndex = Text(link, "master") is { } master ? indexes[master] : null,
            LinkIndex = link.TryGetProperty("link_index", out var index) ? index.GetInt32()
                : Text(link, "link") is { } peer ? indexes[peer] : null,
            LinkNamespaceId = link.TryGetProperty("link_netnsid", out var id) ? id.GetInt32() : null,
            Kind = info.ValueKind == JsonValueKind.Object ? Text(info, "info_kind") : null,
            Data = info.ValueKind == JsonValueKind.Object && Text(info, "info_kind") == "tun"
                ? new LinkData.Tun { IsTap = Text(info.GetProperty("info_data"), "type") == "tap" } : null,
        };
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static OvsFacts ReadOvs(string folder)
    {
        var interfaces = Table("Interface").ToDictionary(r => r.Uuid("_uuid")!.Value, r => new OvsInterface
        {
            Uuid = r.Uuid("_uuid"),
            Name = r.String("name")!,
            Type = r.String("type") ?? "",
            Options = r.Map("options"),
            ExternalIds = r.Map("external_ids"),
            OfPort = r.Int("ofport"),
            Error = r.String("error"),
            MacInUse = r.String("mac_in_use"),
            IfIndex = r.Int("ifindex"),
            Mtu = r.Int("mtu"),
            AdminState = r.String("admin_state"),
            LinkState = r.String("link_state"),
        });
        var ports = Table("Port").ToDictionary(r => r.Uuid("_uuid")!.Value, r => new OvsPort
        {
            Uuid = r.Uuid("_uuid"),
            Name = r.String("name")!,
            Tag = r.Int("tag"),
            Trunks = [.. r.Set("trunks").Select(t => t.GetInt32())],
            VlanMode = r.String("vlan_mode"),
            ExternalIds = r.Map("external_ids"),
            OtherConfig = r.Map("other_config"),
            Interfaces = [.. r.Uuids("interfaces").Select(u => interfaces[u])],
        });
        return new()
        {
            Bridges = [.. Table("Bridge").Select(r => new OvsBridge
            {
                Uuid = r.Uuid("_uuid"),
                Name = r.String("name")!,
                DatapathType = r.String("datapath_type"),
                FailMode = r.String("fail_mode"),
                Ports = [.. r.Uuids("ports").Select(u => ports[u]).OrderBy(p => p.Name, StringComparer.Ordinal)],
            }).OrderBy(b => b.Name, StringComparer.Ordinal)],
        };

        List<OvsRow> Table(string name)
        {
            using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, $"ovs-vsctl-list-{name}.json")));
            var headings = document.RootElement.GetProperty("headings").EnumerateArray().Select(h => h.GetString()!).ToArray();
            return [.. document.RootElement.GetProperty("data").EnumerateArray()
                .Select(d => new OvsRow(headings.Zip(d.EnumerateArray().Select(v => v.Clone())).ToDictionary(p => p.First, p => p.Second)))];
        }
    }

    /// <summary>A row in the notation of RFC 7047 §5.1.</summary>
    private sealed record OvsRow(Dictionary<string, JsonElement> Columns)
    {
        public IEnumerable<JsonElement> Set(string column)
        {
            var value = Columns[column];
            return value.ValueKind == JsonValueKind.Array && value[0].ValueKind == JsonValueKind.String && value[0].GetString() == "set"
                ? value[1].EnumerateArray() : [value];
        }

        public string? String(string column) => Set(column).Select(v => v.GetString()).FirstOrDefault();

        public int? Int(string column) => Set(column).Select(v => (int?)v.GetInt32()).FirstOrDefault();

        public Guid? Uuid(string column) => Uuids(column).Select(u => (Guid?)u).FirstOrDefault();

        public IEnumerable<Guid> Uuids(string column) => Set(column).Select(v => v[1].GetGuid());

        public IReadOnlyDictionary<string, string> Map(string column) =>
            Columns[column][1].EnumerateArray().ToDictionary(p => p[0].GetString()!, p => p[1].GetString()!);
    }
}
