using System.Net;
using System.Net.Sockets;
using Plumbline.Iptables;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>The two ends of a question: who is meant, by which address.</summary>
internal sealed partial class TraceEnds(TraceFabric fabric, TraceQuestion question)
{
    private TraceStack.Guest? _receiver;
    private GuestNic? _receiverNic;
    private TraceSpace? _receiverSpace;
    private IPAddress? _source;

    /// <summary>Who sends.</summary>
    public TraceStack Origin { get; private set; } = null!;   // set by Find, before anybody asks

    /// <summary>By which NIC, where the sender is a VM.</summary>
    public GuestNic? OriginNic { get; private set; }

    /// <summary>The destination address.</summary>
    public IPAddress Destination { get; private set; } = IPAddress.Any;

    /// <summary>What the answer must say it is from.</summary>
    public IPAddress AskedAddress => Destination;

    public bool IsDhcp { get; private set; }

    public List<string> Assumptions { get; } = [];

    public string FromWords { get; private set; } = "";

    public string ToWords { get; private set; } = "";

    /// <summary>The node that the receiver is on; null where it is on none that was given, or not known.</summary>
    public string? ReceiverNode => _receiverNic?.Node.Name ?? _receiverSpace?.Node.Name;

    /// <summary>The network that the receiver, a VM, is in.</summary>
    public string? ReceiverNetwork => _receiverNic?.NetworkId;

    public string? SenderNode => OriginNic?.Node.Name ?? (Origin as TraceStack.Space)?.Facts.Node.Name;

    public string? ReceiverName => _receiver?.Name ?? _receiverSpace?.Name;

    /// <summary>Who is asked about; null where it is on none of the nodes.</summary>
    public TraceStack? Receiver => _receiver is not null ? _receiver : _receiverSpace is not null ? new TraceStack.Space(_receiverSpace) : null;

    /// <summary>Devices and bridges of the receiver alone.</summary>
    public IReadOnlySet<string> ReceiverPlaces { get; private set; } = new HashSet<string>();

    public bool ReceiverHas(IPAddress address) => _receiver?.Nics.Any(n => n.Addresses.Any(a => a.Address.Equals(address))) == true
        || _receiverSpace?.DeviceWith(address) is not null;

    public bool IsReceiverPlace(TraceDrop drop) => drop.Node == ReceiverNode && ReceiverPlaces.Contains(drop.Place);

    /// <summary>Nobody who was told of has the address.</summary>
    public bool IsOutside(IPAddress address) => address.Equals(Destination) && !fabric.IsKnown(address);

    public MacAddress MacFor(GuestNic nic) => ReferenceEquals(nic, OriginNic) && question.FromMac is { } mac ? mac : nic.Mac;

    public TraceEnds Find()
    {
        Origin = FindSender();
        FindReceiver();
        FindSource();
        FromWords = Words(Origin, _source);
        ToWords = IsDhcp ? "the DHCP server" : _receiver is not null ? Words(_receiver, Destination)
            : _receiverSpace is not null ? $"{_receiverSpace.Name} ({Destination})" : Destination.ToString();
        return this;
    }

    /// <summary>The packet as it leaves the sender's stack, without MACs.</summary>
    public TraceFrame Packet()
    {
        var isIPv6 = Destination.AddressFamily == AddressFamily.InterNetworkV6;
        var isIcmp = question.Protocol is 1 or 58;
        return new()
        {
            Source = default,
            Destination = default,
            From = _source!,
            To = Destination,
            Protocol = isIcmp ? (byte)(isIPv6 ? 58 : 1) : question.Protocol,
            SourcePort = isIcmp ? (ushort)0 : question.SourcePort,
            DestinationPort = isIcmp ? (ushort)0 : question.DestinationPort,
            IcmpType = !isIcmp ? (byte)0 : question.IcmpType ?? (byte)(isIPv6 ? 128 : 8),
            IcmpCode = isIcmp ? question.IcmpCode ?? 0 : (byte)0,
            Fragment = question.Fragment,
            TcpFlags = question.Protocol == 6 ? TcpFlags.Syn : default,
            Size = question.Size ?? (isIcmp ? 84 : 60),
            MayBeCut = question.MayBeCut && !isIPv6,
        };
    }

    /// <summary>By which NIC a VM sends there, and to whom first: subnets, then routes of DHCP, then the gateway.</summary>
    public static (GuestNic Nic, IPAddress NextHop)? RouteOf(TraceStack.Guest guest, IPAddress to, GuestNic? only)
    {
        var nics = only is null ? guest.Nics : [only];
        foreach (var nic in nics)
        {
            if (nic.Addresses.Any(a => TraceFabric.SameFamily(a.Address, to) && a.Address.IsIPv6LinkLocal == to.IsIPv6LinkLocal
                && new IPNetwork(TraceSpace.Masked(a.Address, a.PrefixLength), a.PrefixLength).Contains(to)))
            {
                return (nic, to);
            }
        }
        foreach (var nic in nics)
        {
            foreach (var (target, via) in nic.Routes.OrderByDescending(r => r.To.PrefixLength))
            {
                if (target.PrefixLength > 0 && TraceFabric.SameFamily(via, to) && target.Contains(to))
                {
                    return (nic, via);
                }
            }
        }
        foreach (var nic in nics)
        {
            if (nic.Gateways.FirstOrDefault(g => TraceFabric.SameFamily(g, to)) is { } gateway)
            {
                return (nic, gateway);
            }
        }
        return null;
    }

    private void FindSource()
    {
        if (question.FromAddress is { } said)
        {
            _source = said;
        }
        switch (Origin)
        {
            case TraceStack.Guest guest:
                var nic = OriginNic ?? RouteOf(guest, Destination, null)?.Nic ?? guest.Nics[0];
                OriginNic = nic;
                _source ??= nic.Addresses.FirstOrDefault(a => TraceFabric.SameFamily(a.Address, Destination)
                    && a.Address.IsIPv6LinkLocal == Destination.IsIPv6LinkLocal).Address
                    ?? nic.Addresses.FirstOrDefault(a => TraceFabric.SameFamily(a.Address, Destination)).Address
                    ?? throw TraceProblems.NoAddress(guest.Name, Destination);
                break;
            case TraceStack.Space space:
                var choice = RouteChoice.Find(space.Facts, Destination);
                _source ??= choice.Route?.Source ?? (choice.Device is { } device
                    ? space.Facts.AddressesOf(device).Select(a => a.Address).FirstOrDefault(a => TraceFabric.SameFamily(a, Destination)) : null)
                    ?? space.Facts.Facts.Addresses.Select(a => a.Address)
                        .FirstOrDefault(a => TraceFabric.SameFamily(a, Destination) && !IPAddress.IsLoopback(a))
                    ?? throw TraceProblems.NoAddress(space.Name, Destination);
                break;
            case TraceStack.Outside outside:
                _source ??= outside.Address;
                break;
        }
    }

    private static string Words(TraceStack stack, IPAddress? address) => stack switch
    {
        TraceStack.Outside outside => outside.Name,
        _ => address is null ? stack.Name : $"{stack.Name} ({address})",
    };
}
