using System.Globalization;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources;

/// <summary>
/// Who may send ARP from which address, as flows of ARP spoofing protection have it (<c>in_port=5,arp_spa=10.0.0.7</c>): of a node that has
/// them, the VMs' addresses.
/// </summary>
internal sealed class SpoofFlows
{
    private const string Mark = "arp_spa=";

    private readonly List<(string? Port, string Address)> _owners = [];

    /// <summary>A bridge has such flows.</summary>
    public static bool AreIn(BridgeSwitching bridge) => bridge.Flows?.Contains(Mark, StringComparison.Ordinal) == true;

    /// <summary>Looks through all bridges' flows.</summary>
    /// <param name="switching">Flows, as text.</param>
    /// <param name="ports">Each bridge's ports.</param>
    public SpoofFlows(SwitchingFacts switching, IReadOnlyDictionary<string, SwitchPorts> ports)
    {
        foreach (var bridge in switching.Bridges)
        {
            var text = bridge.Flows.AsSpan();
            for (int next; (next = text.IndexOf(Mark, StringComparison.Ordinal)) >= 0; text = text[(next + Mark.Length)..])
            {
                AreTold = true;
                var line = text[(text[..next].LastIndexOf('\n') + 1)..next];
                var at = line.LastIndexOf("in_port=", StringComparison.Ordinal);
                var rest = text[(next + Mark.Length)..];
                var end = rest.IndexOfAny(',', ' ', '\n');
                var comma = at < 0 ? -1 : line[at..].IndexOf(',');
                if (comma < 0 || end <= 0)
                {
                    continue;   // it matches no port, or a match that has been cut
                }
                var port = line.Slice(at + 8, comma - 8);
                var name = !int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? port.Trim('"').ToString()
                    : ports.GetValueOrDefault(bridge.Bridge)?.NameOf(number);
                _owners.Add((name, rest[..end].ToString()));
            }
        }
    }

    /// <summary>There are such flows: an address that none of them has is no VM's of this node.</summary>
    public bool AreTold { get; }

    /// <summary>Ports that may send from the address itself (not from a subnet that has it); null: one that the switch does not list.</summary>
    public IEnumerable<string?> PortsOf(string address)
    {
        foreach (var (port, told) in _owners)
        {
            if (told == address)
            {
                yield return port;
            }
        }
    }

    /// <summary>What a port may send from.</summary>
    public IEnumerable<string> AddressesOf(string name)
    {
        foreach (var (port, told) in _owners)
        {
            if (port == name)
            {
                yield return told;
            }
        }
    }
}
