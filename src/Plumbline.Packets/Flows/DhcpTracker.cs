using Plumbline.Packets.Layers;
using Plumbline.Primitives;

namespace Plumbline.Packets.Flows;

/// <summary>DHCP (RFC 2131) and DHCPv6 (RFC 8415) by transaction: which step is missing.</summary>
internal sealed class DhcpTracker
{
    private const int Most = 20_000;
    private static readonly string[] _v4 = ["BOOTP", "discover", "offer", "request", "decline", "ack", "nak", "release", "inform"];

    private static readonly string[] _v6 =
    [
        "message", "solicit", "advertise", "request", "confirm", "renew", "rebind", "reply", "release", "decline", "reconfigure",
        "information-request",
    ];

    private readonly Dictionary<(int Interface, int Vlan, bool IsV6, uint Transaction, MacAddress Client), Open> _exchanges = [];

    public void AddV4(ReadOnlySpan<byte> payload, in FrameHeaders headers, int @interface, long time)
    {
        if (!DhcpMessage.TryRead(payload, out var message) || Find((@interface, headers.Vlan, false, message.Transaction, message.Client), time) is not { } open)
        {
            return;
        }
        open.Client = message.Client;
        open.HostName ??= message.HostName;
        if (message.Type is 2 or 5 or 6)
        {
            open.Server = headers.Source;
        }
        if (message.Type is 2 or 5)
        {
            open.Lease = message.Lease ?? open.Lease;
            open.Address = message.YourAddress is { } given ? InternetAddress.Of(given) : open.Address;
        }
        open.Add(message.Type < _v4.Length ? message.Type : 0);
    }

    public void AddV6(ReadOnlySpan<byte> payload, in FrameHeaders headers, int @interface, long time)
    {
        // advertise and reply carry the client's DUID too
        if (!DhcpV6Message.TryRead(payload, out var message)
            || Find((@interface, headers.Vlan, true, message.Transaction, message.Client ?? default), time) is not { } open)
        {
            return;
        }
        open.Client ??= message.Client;
        if (message.Type is 2 or 7)
        {
            open.Server = headers.Source;
            open.Address = message.Address ?? open.Address;
            open.Lease = message.Lease ?? open.Lease;
        }
        open.Add(message.Type < _v6.Length ? message.Type : 0);
    }

    public IReadOnlyList<DhcpExchange> Exchanges()
    {
        var result = new List<DhcpExchange>(_exchanges.Count);
        foreach (var (key, open) in _exchanges)
        {
            var names = key.IsV6 ? _v6 : _v4;
            result.Add(new()
            {
                Interface = key.Interface,
                Vlan = key.Vlan < 0 ? null : key.Vlan,
                IsV6 = key.IsV6,
                Transaction = key.Transaction,
                Client = open.Client,
                HostName = open.HostName,
                Server = open.Server,
                Address = open.Address,
                Lease = open.Lease,
                Messages = [.. open.Messages.Select(m => m.Times == 1 ? names[m.Type] : $"{names[m.Type]} ×{m.Times}")],
                Missing = key.IsV6 ? MissingV6(open) : MissingV4(open),
                Took = TimeSpan.FromTicks(Math.Max(open.Last - open.First, 0) / 100),
            });
        }
        return result;
    }

    private static DhcpStep MissingV4(Open open) =>
        open.Has(4) ? DhcpStep.Declined
        : open.Has(5) || open.Has(7) ? DhcpStep.None
        : open.Has(6) ? DhcpStep.Refused
        : open.Has(3) || open.Has(8) ? DhcpStep.Ack
        : open.Has(2) ? DhcpStep.Request
        : open.Has(1) ? DhcpStep.Offer
        : DhcpStep.None;

    /// <summary>Solicit and request are transactions of their own: an advertise ends the first.</summary>
    private static DhcpStep MissingV6(Open open) =>
        open.Has(9) ? DhcpStep.Declined
        : open.Has(7) || open.Has(2) || open.Has(10) ? DhcpStep.None
        : open.Has(1) ? DhcpStep.Offer
        : DhcpStep.Ack;

    private Open? Find((int, int, bool, uint, MacAddress) key, long time)
    {
        if (!_exchanges.TryGetValue(key, out var open))
        {
            if (_exchanges.Count == Most)
            {
                return null;
            }
            _exchanges[key] = open = new() { First = time };
        }
        open.Last = Math.Max(open.Last, time);
        return open;
    }

    private sealed class Open
    {
        private const int MostMessages = 50;

        public long First { get; init; }

        public long Last { get; set; }

        public MacAddress? Client { get; set; }

        public string? HostName { get; set; }

        public InternetAddress? Server { get; set; }

        public InternetAddress? Address { get; set; }

        public TimeSpan? Lease { get; set; }

        public List<(int Type, int Times)> Messages { get; } = [];

        public bool Has(int type) => Messages.Exists(m => m.Type == type);

        public void Add(int type)
        {
            if (Messages.Count > 0 && Messages[^1].Type == type)
            {
                Messages[^1] = (type, Messages[^1].Times + 1);
            }
            else if (Messages.Count < MostMessages)
            {
                Messages.Add((type, 1));
            }
        }
    }
}
