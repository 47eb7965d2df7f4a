using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Plumbline.Neutron;
using Plumbline.Primitives;

namespace Plumbline.Node.Sources;

/// <summary>
/// Which ports of a node the words of a question may mean, told from outlines. Rather too many than too few; where that cannot be told,
/// the whole node has to be read.
/// </summary>
internal sealed class PortChoice(OvsOutline ovs, DomainShelf domains, SpoofFlows spoof, IReadOnlyList<string> namespaces)
{
    private const int IdLength = 11;

    private static readonly SearchValues<char> _ofIds = SearchValues.Create("0123456789abcdefABCDEF-");
    private static readonly string[] _places = ["dhcp", "metadata", "gateway", "router", "outside"];

    /// <summary>The first eleven characters of the ports' UUIDs; null where a word may mean what these outlines do not tell.</summary>
    public HashSet<string>? Find(string word)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        if (Array.IndexOf(_places, word) >= 0 || namespaces.Contains(word) || word.StartsWith("router:", StringComparison.Ordinal)
            || word.StartsWith("dhcp:", StringComparison.Ordinal))
        {
            return ids;
        }
        if (word.Length == 0 || !Ascii.IsValid(word) || word.AsSpan().IndexOfAny("<>&'\"") >= 0 || MacAddress.TryParse(word, out _))
        {
            return null;
        }
        if (IPAddress.TryParse(word, out var address) && word.AsSpan().IndexOfAny('.', ':') >= 0)
        {
            return address.AddressFamily == AddressFamily.InterNetwork && spoof.AreTold && AddOwners(address.ToString(), ids) ? ids : null;
        }
        if (DeviceNames.PortIdPrefix(word) is { } id)
        {
            ids.Add(id);
            return ids;
        }
        foreach (var name in ovs.Named)
        {
            Add(name, ids);
        }
        foreach (var domain in domains.Find(word))
        {
            var isMeant = domain.Name == word || domain.DisplayName == word || Guid.TryParse(word, out var asked) && domain.Uuid == asked;
            foreach (var nic in domain.Interfaces)
            {
                if (isMeant || word.Equals(nic.InterfaceId, StringComparison.OrdinalIgnoreCase))
                {
                    Add(nic.Target, ids);
                    if (nic.InterfaceId is { Length: >= IdLength } port)
                    {
                        ids.Add(port[..IdLength]);
                    }
                }
            }
        }
        // the beginning of an id may be that of more than these tell
        return ids.Count == 0 || word.Length < 36 && word.AsSpan().IndexOfAnyExcept(_ofIds) < 0 ? null : ids;
    }

    private static void Add(string? device, HashSet<string> ids)
    {
        if (device is not null && DeviceNames.PortIdPrefix(device) is { } id)
        {
            ids.Add(id);
        }
    }

    /// <summary>
    /// Adds who else would answer for one of these ports: whose flows let them send from an address of theirs, whose domain has a MAC address
    /// of theirs. False where one of them has no VM's name.
    /// </summary>
    /// <param name="ids">The ports.</param>
    /// <param name="addresses">MAC addresses that OVSDB has for them.</param>
    public bool AddTwins(HashSet<string> ids, IEnumerable<string> addresses)
    {
        foreach (var id in ids.ToList())
        {
            foreach (var address in spoof.AddressesOf("qvo" + id).Concat(spoof.AddressesOf("tap" + id)))
            {
                if (!AddOwners(address, ids))
                {
                    return false;
                }
            }
        }
        foreach (var address in addresses)
        {
            foreach (var nic in domains.Find(address).SelectMany(d => d.Interfaces))
            {
                if (nic.Address is { } mac && mac.ToString().Equals(address, StringComparison.OrdinalIgnoreCase))
                {
                    Add(nic.Target, ids);
                }
            }
        }
        return true;
    }

    /// <summary>Ports whose flows let them send from the address; false where a port has no VM's name.</summary>
    private bool AddOwners(string address, HashSet<string> ids)
    {
        foreach (var name in spoof.PortsOf(address))
        {
            if (name is null || DeviceNames.PortIdPrefix(name) is not { } id)
            {
                return false;
            }
            ids.Add(id);
        }
        return true;
    }
}
