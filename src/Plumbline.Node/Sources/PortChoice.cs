using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Plumbline.Neutron;
using Plumbline.Node.Facts;
using Plumbline.Primitives;

namespace Plumbline.Node.Sources;

/// <summary>
/// Which ports of a node the words of a question may mean, told from outlines. Rather too many than too few; where that cannot be told,
/// the whole node has to be read.
/// </summary>
internal sealed class PortChoice(OvsOutline ovs, DomainShelf domains, SwitchingFacts switching, IReadOnlyList<string> namespaces)
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
            return address.AddressFamily == AddressFamily.InterNetwork && AddOwners(address.ToString(), ids) ? ids : null;
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
            foreach (var nic in domain.Interfaces)
            {
                Add(nic.Target, ids);
                if (nic.InterfaceId is { Length: >= IdLength } port)
                {
                    ids.Add(port[..IdLength]);
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

    /// <summary>Ports whose flows let them send from the address; false where flows do not tell the VMs' addresses, or a port has no name.</summary>
    private bool AddOwners(string address, HashSet<string> ids)
    {
        var isTold = false;
        var mark = "arp_spa=" + address;
        foreach (var bridge in switching.Bridges)
        {
            var text = bridge.Flows.AsSpan();
            isTold |= text.Contains("arp_spa=", StringComparison.Ordinal);
            for (int next; (next = text.IndexOf(mark, StringComparison.Ordinal)) >= 0; text = text[(next + mark.Length)..])
            {
                var start = text[..next].LastIndexOf('\n') + 1;
                var line = text[start..next];
                var at = line.LastIndexOf("in_port=", StringComparison.Ordinal);
                if (next + mark.Length < text.Length && text[next + mark.Length] is not (',' or ' ' or '\n') || at < 0)
                {
                    continue;
                }
                var number = line[(at + 8)..];
                number = number[..Math.Max(0, number.IndexOf(','))];
                if (NameOf(bridge, number) is not { } name || DeviceNames.PortIdPrefix(name) is not { } id)
                {
                    return false;
                }
                ids.Add(id);
            }
        }
        return isTold;
    }

    /// <summary>A port's name by its number: <c> 5(qvo…): addr:…</c>; Open vSwitch may print the name itself.</summary>
    private static string? NameOf(BridgeSwitching bridge, ReadOnlySpan<char> number)
    {
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            return number.Trim('"').ToString();
        }
        var text = bridge.Ports.AsSpan();
        var mark = $" {number}(";
        var at = text.IndexOf(mark, StringComparison.Ordinal);
        var name = at < 0 ? default : text[(at + mark.Length)..];
        var end = name.IndexOf(')');
        return end < 0 ? null : name[..end].ToString();
    }
}
