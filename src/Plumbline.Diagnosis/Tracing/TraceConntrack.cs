using System.Net;
using Plumbline.Iptables.Simulation;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>
/// The connections that the packets of this question have opened so far, place by place and zone by zone: what makes the answer
/// ESTABLISHED where its question went, and undoes translations.
/// </summary>
internal sealed class TraceConntrack
{
    private readonly List<Connection> _connections = [];

    /// <summary>How many there are.</summary>
    public int Count => _connections.Count;

    /// <summary>What is known of a packet in one place's zone; null: nothing, it is the first.</summary>
    public Known? Find(string place, int zone, TraceFrame frame)
    {
        if (IsUntracked(frame))
        {
            return null;
        }
        // an error belongs to the connection of the packet inside, and goes the other way than that did
        var tuple = frame.About is { } about ? Tuple.Of(about).Turned() : Tuple.Of(frame);
        foreach (var connection in _connections)
        {
            if (connection.Place != place || connection.Zone != zone)
            {
                continue;
            }
            if (connection.Reply == tuple)
            {
                return new(connection, true, frame.About is not null);
            }
            if (connection.Original == tuple)
            {
                return new(connection, false, frame.About is not null);
            }
        }
        return null;
    }

    /// <summary>The first packet got through: it came as <paramref name="first"/> and leaves as <paramref name="last"/>.</summary>
    public void Commit(string place, int zone, TraceFrame first, TraceFrame last, uint mark, UInt128 label = default)
    {
        if (first.About is not null || IsUntracked(first))
        {
            return;     // an error opens nothing and answers nothing; neighbour discovery is no echo's connection
        }
        var original = Tuple.Of(first);
        var known = _connections.Find(c => c.Place == place && c.Zone == zone && c.Original == original);
        if (known is not null)
        {
            known.Mark = mark;
            return;
        }
        if (Find(place, zone, first) is { IsReply: true } answer)
        {
            answer.Connection.IsAnswered = true;
            return;
        }
        _connections.Add(new(place, zone, original, Tuple.Of(last).Turned()) { Mark = mark, Label = label });
    }

    private static bool IsUntracked(TraceFrame frame)
    {
        if (!frame.IsIPv6 || !frame.IsIcmp || frame.About is not null)
        {
            return false;
        }
        var header = frame.ToHeader();
        return FirstPacket.StateOf(in header) == ConntrackState.Untracked;
    }

    /// <param name="Connection">Which.</param>
    /// <param name="IsReply">It goes against the first packet's direction.</param>
    /// <param name="IsError">It is an ICMP error about one of the connection's packets.</param>
    internal sealed record Known(Connection Connection, bool IsReply, bool IsError)
    {
        public ConntrackEntry ToEntry() => new(IsError ? ConntrackState.Related : IsReply || Connection.IsAnswered ? ConntrackState.Established : ConntrackState.New)
        {
            IsFirstPacket = false,
            IsReply = IsReply,
            Mark = Connection.Mark,
            IsSourceNat = Connection.IsSourceTranslated,
            IsDestinationNat = Connection.IsDestinationTranslated,
        };
    }

    internal sealed class Connection(string place, int zone, Tuple original, Tuple reply)
    {
        public string Place { get; } = place;

        public int Zone { get; } = zone;

        public Tuple Original { get; } = original;

        public Tuple Reply { get; } = reply;

        public uint Mark { get; set; }

        public UInt128 Label { get; set; }

        public bool IsAnswered { get; set; }

        public bool IsSourceTranslated => !Reply.To.Equals(Original.From) || Reply.ToPort != Original.FromPort;

        public bool IsDestinationTranslated => !Reply.From.Equals(Original.To) || Reply.FromPort != Original.ToPort;
    }

    /// <summary>Addresses and ports of one direction; an echo and its reply are one conversation.</summary>
    internal readonly record struct Tuple(byte Protocol, IPAddress From, IPAddress To, ushort FromPort, ushort ToPort)
    {
        public static Tuple Of(TraceFrame frame) => frame.IsIcmp
            ? new(frame.Protocol, frame.From, frame.To, 1, 1)
            : new(frame.Protocol, frame.From, frame.To, frame.SourcePort, frame.DestinationPort);

        public Tuple Turned() => new(Protocol, To, From, ToPort, FromPort);
    }

    /// <summary>iptables' view of one place.</summary>
    internal sealed class Table(TraceConntrack conntrack, string place, TraceFrame frame) : ConntrackTable
    {
        public override ConntrackEntry Find(int zone, in PacketHeader packet)
        {
            var state = FirstPacket.StateOf(in packet);
            if (state == ConntrackState.Untracked)
            {
                return new(state);
            }
            if (conntrack.Find(place, zone, frame) is not { } known)
            {
                return new(state);
            }
            known.Connection.IsAnswered |= known is { IsReply: true, IsError: false };
            return known.ToEntry();
        }
    }
}
