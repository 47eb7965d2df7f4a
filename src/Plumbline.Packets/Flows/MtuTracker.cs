namespace Plumbline.Packets.Flows;

/// <summary>ICMP "fragmentation needed" and ICMPv6 "packet too big": who told whom.</summary>
internal sealed class MtuTracker
{
    private const int Most = 10_000;
    private readonly Dictionary<(int Interface, InternetAddress Source, InternetAddress Destination, InternetAddress Teller, int Mtu), int> _at = [];

    /// <summary>In the order of their first message.</summary>
    public List<MtuProblem> Told { get; } = [];

    /// <param name="quoted">The packet that was too big, as far as the message quotes it.</param>
    /// <param name="mtu">Bytes.</param>
    /// <param name="headers">Of the message.</param>
    /// <param name="interface">Where it was seen.</param>
    public void AddTold(ReadOnlySpan<byte> quoted, int mtu, in FrameHeaders headers, int @interface)
    {
        FrameHeaders.Read(quoted, LinkTypes.Raw, out var big);
        // the quoted packet may itself be a tunnel's: its outermost header is whose path is too narrow
        if (big.IpVersion == 0)
        {
            return;
        }
        var key = (@interface, big.Source, big.Destination, headers.Source, mtu);
        if (_at.TryGetValue(key, out var index))
        {
            Told[index] = Told[index] with { Times = Told[index].Times + 1 };
        }
        else if (Told.Count < Most)
        {
            _at[key] = Told.Count;
            Told.Add(new()
            {
                Interface = @interface,
                Source = big.Source,
                Destination = big.Destination,
                Teller = headers.Source,
                Mtu = mtu,
                Times = 1,
                Ports = big.HasPorts && big.TransportOffset + 4 <= quoted.Length ? (big.SourcePort, big.DestinationPort) : null,
            });
        }
    }
}
