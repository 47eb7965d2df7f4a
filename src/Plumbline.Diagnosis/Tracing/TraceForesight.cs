using System.Globalization;
using System.Net;
using Plumbline.Node.Facts;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>
/// Before any rule is read: which devices the ends of a question have on a node, as far as links, OVSDB, libvirt and flows tell. A guess that
/// saves a round; what the question then lacks it says itself.
/// </summary>
public static class TraceForesight
{
    /// <summary>
    /// Taps, hybrid bridges and veth ends of those VIFs on this node that one of the words may mean; empty where none. Of VMs with several
    /// those in a VLAN that all the words share, where there is one.
    /// </summary>
    public static IReadOnlySet<string> DevicesOf(NodeSnapshot snapshot, IReadOnlyList<string> words)
    {
        var ports = new Dictionary<string, int?>(StringComparer.OrdinalIgnoreCase);
        HashSet<int>? shared = null;
        foreach (var word in words)
        {
            var meant = new Dictionary<string, int?>(StringComparer.OrdinalIgnoreCase);
            AddPorts(snapshot, word.Trim(), meant);
            var vlans = new HashSet<int>();
            foreach (var (id, vlan) in meant)
            {
                ports[id] = vlan;
                vlans.Add(vlan ?? 0);
            }
            if (vlans.Count > 0)
            {
                (shared ??= [.. vlans]).IntersectWith(vlans);
            }
        }
        var devices = new HashSet<string>(StringComparer.Ordinal);
        foreach (var link in snapshot.Namespaces.Count > 0 ? snapshot.Namespaces[0].Links : [])
        {
            if (link.Name.Length > 3 && link.Name[..3] is "tap" or "qbr" or "qvb" && ports.TryGetValue(link.Name[3..], out var vlan)
                && (shared is not { Count: > 0 } || shared.Contains(vlan ?? 0)))
            {
                devices.Add(link.Name);
            }
        }
        return devices;
    }

    /// <summary>Flows of ARP spoofing protection tell the VMs' addresses: one that they do not tell is no VM's of this node.</summary>
    public static bool AreAddressesInFlows(NodeSnapshot snapshot) => snapshot.Omitted is { FlowsTellAddresses: true }
        || snapshot.Switching?.Bridges.Any(b => b.Flows?.Contains("arp_spa=", StringComparison.Ordinal) == true) == true;

    /// <summary>A device of the node or of one of its namespaces has the address.</summary>
    public static bool IsAddressOfDevice(NodeSnapshot snapshot, IPAddress address) =>
        snapshot.Namespaces.Any(n => n.Addresses.Any(a => a.Address.Equals(address)));

    /// <summary>The first eleven characters of ports' UUIDs, which their devices' names have, and their VLANs.</summary>
    private static void AddPorts(NodeSnapshot snapshot, string word, Dictionary<string, int?> ports)
    {
        const int Length = 11;
        var mac = MacAddress.TryParse(word, out var parsed) ? parsed.ToString() : null;
        var named = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { word };
        foreach (var domain in snapshot.Domains)
        {
            if (domain.Name == word || domain.DisplayName == word || domain.Uuid is { } uuid && Guid.TryParse(word, out var asked) && uuid == asked)
            {
                named.UnionWith(domain.Interfaces.Select(i => i.Target).OfType<string>());
            }
        }
        var numbers = IPAddress.TryParse(word, out var address) && mac is null ? NumbersOf(snapshot, address) : [];
        foreach (var bridge in snapshot.Ovs?.Bridges ?? [])
        {
            foreach (var port in bridge.Ports)
            {
                foreach (var row in port.Interfaces)
                {
                    var id = row.ExternalIds.GetValueOrDefault("iface-id");
                    if (id is not { Length: >= Length })
                    {
                        continue;
                    }
                    if (named.Contains(row.Name) || named.Contains($"tap{id[..Length]}") || word.Length >= 4 && id.StartsWith(word, StringComparison.OrdinalIgnoreCase)
                        || word.Length > Length && word.EndsWith(id[..Length], StringComparison.OrdinalIgnoreCase)
                        || word.Length >= 4 && row.ExternalIds.GetValueOrDefault("vm-uuid")?.StartsWith(word, StringComparison.OrdinalIgnoreCase) == true
                        || mac is not null && mac.Equals(row.ExternalIds.GetValueOrDefault("attached-mac"), StringComparison.OrdinalIgnoreCase)
                        || row.OfPort is { } number && numbers.Contains((bridge.Name, number)))
                    {
                        ports[id[..Length]] = port.Tag;
                    }
                }
            }
        }
    }

    /// <summary>Ports that may send ARP or neighbour advertisements of an address: flows of ARP spoofing protection say so.</summary>
    private static HashSet<(string Bridge, int Number)> NumbersOf(NodeSnapshot snapshot, IPAddress address)
    {
        var found = new HashSet<(string, int)>();
        string[] marks = [$"arp_spa={address}", $"nd_target={address}"];
        foreach (var bridge in snapshot.Switching?.Bridges ?? [])
        {
            var text = (bridge.Flows ?? "").AsSpan();
            foreach (var mark in marks)
            {
                for (int at = 0, next; (next = text[at..].IndexOf(mark)) >= 0; at += next + mark.Length)
                {
                    var place = at + next;
                    var end = place + mark.Length;
                    if (end < text.Length && text[end] is not (',' or ' ' or '\n'))
                    {
                        continue;
                    }
                    var line = text[(text[..place].LastIndexOf('\n') + 1)..place];
                    var port = line.LastIndexOf("in_port=");
                    if (port >= 0)
                    {
                        var number = line[(port + 8)..];
                        var stop = number.IndexOf(',');
                        if (int.TryParse(stop < 0 ? number : number[..stop], NumberStyles.None, CultureInfo.InvariantCulture, out var value))
                        {
                            found.Add((bridge.Bridge, value));
                        }
                    }
                }
            }
        }
        return found;
    }
}
