using Plumbline.Primitives;

namespace Plumbline.Iptables.Simulation;

/// <summary>A packet on its way: its headers, and what targets have changed so far.</summary>
internal struct Walk
{
    public IPFamily Family;
    public UInt128 Source;
    public UInt128 Destination;
    public MacAddress? SourceMac;
    public MacAddress? DestinationMac;
    public uint Mark;
    public uint FlowLabel;
    public uint SecurityParameterIndex;
    public ushort SourcePort;
    public ushort DestinationPort;
    public ushort Length;
    public byte Protocol;
    public byte TcpFlags;
    public byte IcmpType;
    public byte IcmpCode;
    public byte HopLimit;
    public byte TypeOfService;
    public bool IsLaterFragment;
    public bool HasAuthentication;

    /// <summary>Fields into which nat has written what the ruleset does not tell.</summary>
    public PacketFields Open;
    public FragmentPayload? Payload;

    /// <summary>The hook it is at.</summary>
    public HookPoint? Point;

    /// <summary>The <see cref="ConnectionStates"/> that a rule would see now: INVALID before conntrack, whatever comes.</summary>
    public ConnectionStates States;

    /// <summary>A connection (or the template that CT attaches) is there: connmark has something to look at.</summary>
    public bool HasConnection;

    /// <summary>The raw table has decided (CT, NOTRACK): the next such rule is ignored.</summary>
    public bool HasTemplate;

    public bool IsNotrack;

    /// <summary>conntrack was asked.</summary>
    public bool IsTracked;

    public int Zone;

    /// <summary>Of the other direction.</summary>
    public int ReplyZone;

    private bool _isKept;
    private UInt128 _firstSource;
    private UInt128 _firstDestination;
    private ushort _firstSourcePort;
    private ushort _firstDestinationPort;

    /// <summary>Addresses and ports as conntrack saw them.</summary>
    public readonly UInt128 FirstSource => _isKept ? _firstSource : Source;
    public readonly UInt128 FirstDestination => _isKept ? _firstDestination : Destination;
    public readonly ushort FirstSourcePort => _isKept ? _firstSourcePort : SourcePort;
    public readonly ushort FirstDestinationPort => _isKept ? _firstDestinationPort : DestinationPort;

    /// <summary>nat has decided about the destination, about the source: each but once for a connection.</summary>
    public bool IsDestinationDone;
    public bool IsSourceDone;

    /// <summary>The connection has been taken into conntrack's table.</summary>
    public bool IsConfirmed;

    /// <summary>Whichever port of its range the destination got, another connection has it.</summary>
    public bool IsCrowded;

    /// <summary>Where the packet was routed to, so that a new destination shows.</summary>
    public UInt128 RoutedDestination;
    public ConntrackTable? Table;
    public ConntrackEntry Entry;
    public uint ConnectionMark;

    public Walk(in PacketHeader packet, bool reassembled)
    {
        Family = packet.Family;
        Source = packet.Source;
        Destination = packet.Destination;
        SourceMac = packet.SourceMac;
        DestinationMac = packet.DestinationMac;
        Mark = packet.Mark;
        FlowLabel = packet.FlowLabel;
        SecurityParameterIndex = packet.SecurityParameterIndex;
        SourcePort = packet.SourcePort;
        DestinationPort = packet.DestinationPort;
        Length = packet.Length;
        Protocol = packet.Protocol;
        TcpFlags = (byte)packet.TcpFlags;
        IcmpType = packet.IcmpType;
        IcmpCode = packet.IcmpCode;
        HopLimit = packet.HopLimit;
        TypeOfService = packet.TypeOfService;
        IsLaterFragment = packet.FragmentOffset > 0 && !reassembled;
        Payload = packet.Payload;
        HasAuthentication = packet.HasAuthentication;
        States = ConnectionStates.Invalid;
    }

    /// <summary>The packet comes to a hook.</summary>
    public void Enter(HookPoint point)
    {
        Point = point;
        HopLimit -= point.LowersHopLimit ? (byte)1 : (byte)0;
        // ip_local_deliver() puts fragments of IPv4 together before INPUT; IPv6 does so behind it
        IsLaterFragment &= point.Hook != Hook.Input || Family == IPFamily.IPv6;
    }

    /// <summary>Conntrack's hook, between raw and mangle.</summary>
    public void Track(ConntrackTable conntrack, in PacketHeader packet)
    {
        // a packet that comes back by lo bears its connection already
        IsTracked = HasTemplate = true;
        Table = conntrack;
        if (IsNotrack)
        {
            return;
        }
        Entry = Zone == ReplyZone ? conntrack.Find(Zone, in packet) : conntrack.Find(new ConntrackZone(Zone, ReplyZone), in packet);
        ConnectionMark = Entry.Mark;
        HasConnection = Entry.HasConnection;
        States = Entry.State switch
        {
            ConntrackState.New => ConnectionStates.New,
            ConntrackState.Established => ConnectionStates.Established,
            ConntrackState.Related => ConnectionStates.Related,
            ConntrackState.Untracked => ConnectionStates.Untracked,
            _ => ConnectionStates.Invalid,
        };
        States |= Entry.IsSourceNat ? ConnectionStates.Snat : 0;
        States |= Entry.IsDestinationNat ? ConnectionStates.Dnat : 0;
    }
    /// <summary>nat may rewrite it from here on: what conntrack saw is kept.</summary>
    public void KeepFirst()
    {
        if (!_isKept)
        {
            _isKept = true;
            (_firstSource, _firstDestination) = (Source, Destination);
            (_firstSourcePort, _firstDestinationPort) = (SourcePort, DestinationPort);
        }
    }
}
