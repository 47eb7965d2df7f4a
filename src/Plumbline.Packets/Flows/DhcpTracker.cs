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
        open.Reason = message.Reason ?? open.Reason;
        // behind a relay the sender is the relay: option 54 is the server
        var server = message.ServerAddress is { } told ? InternetAddress.Of(told)
            : message.Type is 2 or 5 or 6 ? headers.Source : (InternetAddress?)null;
        if (message.Type is 2 or 5)
        {
            open.Lease = message.Lease ?? open.Lease;
            open.Address = message.YourAddress is { } given ? InternetAddress.Of(given) : open.Address;
        }
        open.Take(server, isOffer: message.Type == 2);
        open.Add(message.Type < _v4.Length ? message.Type : 0, NextV4(open.Step, message.Type, open.Messages.Count == 0));
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
        open.ClientKey = message.ClientKey == 0 ? open.ClientKey : message.ClientKey;
        var isRefused = message.Status != 0 && message.Address is null;
        if (message.Type is 2 or 7)
        {
            open.Take(headers.Source, isOffer: message.Type == 2);
            open.Address = message.Address ?? open.Address;
            open.Lease = message.Lease ?? open.Lease;
            (open.Status, open.Reason) = isRefused ? (message.Status, message.Reason) : (open.Status, open.Reason);
        }
        open.Add(message.Type < _v6.Length ? message.Type : 0, NextV6(open.Step, message.Type, isRefused));
    }

    public IReadOnlyList<DhcpExchange> Exchanges()
    {
        var asked = LastRequests();
        var result = new List<DhcpExchange>(_exchanges.Count);
        foreach (var (key, open) in _exchanges)
        {
            var names = key.IsV6 ? _v6 : _v4;
            var missing = open.IsDeclined ? DhcpStep.Declined : open.Step;
            if (key.IsV6 && missing == DhcpStep.Request
                && (open.ClientKey == 0 || asked.GetValueOrDefault((key.Interface, key.Vlan, open.ClientKey), long.MinValue) >= open.First))
            {
                missing = DhcpStep.None; // the request is a transaction of its own
            }
            var isRefused = missing == DhcpStep.Refused;
            result.Add(new()
            {
                Interface = key.Interface,
                Vlan = key.Vlan < 0 ? null : key.Vlan,
                IsV6 = key.IsV6,
                Transaction = key.Transaction,
                Client = open.Client,
                HostName = open.HostName,
                Server = open.Server,
                OtherServers = [.. open.Offers.Where(o => o != open.Server)],
                Address = open.Address,
                Lease = open.Lease,
                Messages = [.. open.Messages.Select(m => m.Times == 1 ? names[m.Type] : $"{names[m.Type]} ×{m.Times}")],
                Missing = missing,
                Reason = isRefused || missing == DhcpStep.Declined ? open.Reason : null,
                Status = isRefused ? open.Status : null,
                Took = TimeSpan.FromTicks(Math.Max(open.Last - open.First, 0) / 100),
            });
        }
        return result;
    }

    /// <summary>
    /// What is missing behind a message. One transaction may hold several rounds (a renewal with the old number), several servers' answers, and
    /// repeated ones that came late.
    /// </summary>
    private static DhcpStep NextV4(DhcpStep step, int type, bool isFirst) => type switch
    {
        1 => DhcpStep.Offer,
        2 => step == DhcpStep.Offer || isFirst ? DhcpStep.Request : step, // a late or a second server's
        3 or 8 => DhcpStep.Ack,
        5 or 7 => DhcpStep.None,
        6 => step == DhcpStep.Ack || isFirst ? DhcpStep.Refused : step,
        4 => DhcpStep.Declined,
        _ => step,
    };

    /// <summary>Solicit and request are transactions of their own.</summary>
    private static DhcpStep NextV6(DhcpStep step, int type, bool isRefused) => type switch
    {
        1 => DhcpStep.Offer,
        2 => isRefused ? step is DhcpStep.Offer ? DhcpStep.Refused : step
            : step is DhcpStep.Offer or DhcpStep.Refused ? DhcpStep.Request : step,
        7 => isRefused ? DhcpStep.Refused : DhcpStep.None,
        9 => DhcpStep.Declined,
        3 or 4 or 5 or 6 or 8 or 11 => DhcpStep.Ack,
        _ => step,
    };

    /// <summary>When each DHCPv6 client last asked for what it was offered.</summary>
    private Dictionary<(int Interface, int Vlan, int Client), long> LastRequests()
    {
        var last = new Dictionary<(int, int, int), long>();
        foreach (var (key, open) in _exchanges)
        {
            if (key.IsV6 && open.Has(3))
            {
                var client = (key.Interface, key.Vlan, open.ClientKey);
                last[client] = Math.Max(last.GetValueOrDefault(client, long.MinValue), open.Last);
            }
        }
        return last;
    }

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
        private const int MostOffers = 8;

        public long First { get; init; }

        public long Last { get; set; }

        public MacAddress? Client { get; set; }

        public int ClientKey { get; set; }

        public string? HostName { get; set; }

        public InternetAddress? Server { get; private set; }

        public List<InternetAddress> Offers { get; } = [];

        public InternetAddress? Address { get; set; }

        public TimeSpan? Lease { get; set; }

        public string? Reason { get; set; }

        public int? Status { get; set; }

        public DhcpStep Step { get; private set; }

        public bool IsDeclined { get; private set; }

        public List<(int Type, int Times)> Messages { get; } = [];

        public bool Has(int type) => Messages.Exists(m => m.Type == type);

        public void Take(InternetAddress? server, bool isOffer)
        {
            if (server is not { } known)
            {
                return;
            }
            if (isOffer && !Offers.Contains(known) && Offers.Count < MostOffers)
            {
                Offers.Add(known);
            }
            Server = isOffer && Step is (DhcpStep.None or DhcpStep.Ack) ? Server ?? known : known;
        }

        public void Add(int type, DhcpStep next)
        {
            IsDeclined |= next == DhcpStep.Declined;
            Step = next;
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
