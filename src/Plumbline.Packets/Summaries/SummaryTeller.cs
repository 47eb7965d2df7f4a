using System.Net;
using Plumbline.Primitives;

namespace Plumbline.Packets.Summaries;

/// <summary>
/// Walks down a packet and keeps what the innermost layer that is understood has to say. One method a layer, one file a
/// floor; the layers themselves are read by the types of Plumbline.Packets.Layers. For one packet, then thrown away.
/// </summary>
internal sealed partial class SummaryTeller(IReadOnlyDictionary<IPAddress, string> names)
{
    /// <summary>Tunnels in tunnels in tunnels: nobody does it, a damaged or hostile packet may.</summary>
    private const int MaxDepth = 6;

    private readonly List<string> _tunnels = [];
    private string _source = "?";
    private string _destination = "?";
    private string _protocol = "Ethernet";
    private string _text = "";
    private int? _vlan;

    /// <summary>Bytes behind the IP header on the wire, of which fewer may have been kept.</summary>
    private int _transportLength;

    public PacketSummary Summary =>
        new(_source, _destination, _protocol, _text + string.Concat(_tunnels.Select(tunnel => $" ({tunnel})")), _vlan);

    private void Tell(string protocol, string text)
    {
        _protocol = protocol;
        _text = text;
    }

    private void TellCutShort(string protocol) => Tell(protocol, "cut short");

    private void TellBroken(string protocol, Layers.LayerState state) =>
        Tell(protocol, state == Layers.LayerState.CutShort ? "cut short" : "malformed");

    private void SetEnds(IPAddress source, IPAddress destination) =>
        (_source, _destination) = (NameOf(source), NameOf(destination));

    private string NameOf(IPAddress address) =>
        names.TryGetValue(address, out var name) ? Printable.Escape(name) : address.ToString();

    private static string NameOf(MacAddress address) =>
        address == MacAddress.Broadcast ? "broadcast" : address.ToString();

    /// <summary>Remembers a tunnel's outside; false where it is one too many.</summary>
    private bool TryEnterTunnel(string kind)
    {
        if (_tunnels.Count == MaxDepth)
        {
            return false;
        }
        _tunnels.Add($"{kind}, {_source} → {_destination}");
        return true;
    }

    private static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";
}
