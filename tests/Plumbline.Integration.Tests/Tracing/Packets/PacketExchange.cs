using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using Plumbline.Diagnosis.Tracing;
using Plumbline.Integration.Tests.Firewall;
using Plumbline.Integration.Tests.Labs;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Operations.Labs;
using Plumbline.Primitives;

namespace Plumbline.Integration.Tests.Tracing.Packets;

/// <summary>
/// Sends the packets of many questions at once, each as its VM would: ARP or neighbour discovery, and where that was answered the packet.
/// The targets' kernels answer by themselves.
/// </summary>
internal sealed class PacketExchange : IDisposable
{
    public static readonly int[] Ports = [22, 23, 53, 80, 443, 3306, 5000, 5001, 8000, 8003];

    /// <summary>This long nothing came: nothing will.</summary>
    private static readonly TimeSpan _quiet = TimeSpan.FromMilliseconds(400);
    /// <summary>ovs-vswitchd takes smaller first pieces than 1,200 octets for invalid (ipf-set-min-frag).</summary>
    private const int FirstPart = 1208;

    private readonly LabDescription _lab;
    private readonly Dictionary<string, RawNic> _nics;
    private readonly List<GuestService> _services;
    private readonly Dictionary<string, int> _answered = new(StringComparer.Ordinal);
    private List<(string Vm, MacAddress Mac, IPAddress Address)> _pretenders = [];

    public PacketExchange(LabDescription lab)
    {
        _lab = lab;
        _nics = lab.Instances.ToDictionary(i => i.Name, i => RawNic.Open(i.NamespaceFile, "eth0"), StringComparer.Ordinal);
        _services = [.. lab.Instances.Select(i => new GuestService(i.NamespaceFile, Ports))];
    }

    /// <summary>Runs them all; what was known of neighbours and connections before is forgotten.</summary>
    public async Task RunAsync(IReadOnlyList<PacketCase> cases)
    {
        foreach (var instance in _lab.Instances)
        {
            await LabFixture.RunAsync(instance.NamespaceFile, "ip", "neigh", "flush", "dev", "eth0");
        }
        foreach (var nic in _nics.Values)
        {
            nic.Drain();
            nic.Seen.Clear();
        }
        _answered.Clear();
        foreach (var one in cases)
        {
            if (one.Question.ToGroup is { } group)
            {
                one.Resolved = NeighbourFrames.GroupMac(group);
                continue;
            }
            _nics[one.Source.Name].Send(Question(one));
        }
        _pretenders = cases.Where(c => !c.From.Equals(c.Source.Address) && !c.From.Equals(c.Source.IPv6Address))
            .Select(c => (c.Source.Name, c.SourceMac, c.From)).Distinct().ToList();
        await WaitAsync(() => cases.All(c => c.Resolved is not null), () => cases.ToList().ForEach(c => c.Resolved ??= AnswerTo(c)));
        // as every stack does: the switch may still have had an old way cached for the answer, which the question taught it anew
        foreach (var one in cases.Where(c => c.Resolved is null))
        {
            _nics[one.Source.Name].Send(Question(one));
        }
        await WaitAsync(() => cases.All(c => c.Resolved is not null), () => cases.ToList().ForEach(c => c.Resolved ??= AnswerTo(c)));
        foreach (var one in cases.Where(c => c.Resolved is not null))
        {
            foreach (var frame in Packet(one))
            {
                _nics[one.Source.Name].Send(frame);
            }
        }
        await WaitAsync(() => cases.All(c => c.Ended is null), () =>
        {
            foreach (var one in cases)
            {
                one.HasArrived |= _nics[one.Target.Name].Seen.Exists(f => IsFrom(f, one, isAnswer: false));
                one.IsAnswered |= _nics[one.Source.Name].Seen.Exists(f => IsFrom(f, one, isAnswer: true));
            }
        });
    }

    /// <summary>ARP that the target's NIC saw of the sender, for a failure's words.</summary>
    public string ArpAbout(PacketCase one) => string.Join(' ', _nics[one.Target.Name].Seen
        .Where(f => f is [_, _, _, _, _, _, _, _, _, _, _, _, 8, 6, ..] && f.AsSpan(28, 4).SequenceEqual(one.From.GetAddressBytes().AsSpan(0, 4)))
        .Select(f => Convert.ToHexString(f.AsSpan(0, Math.Min(42, f.Length)))));

    public void Dispose()
    {
        foreach (var nic in _nics.Values)
        {
            nic.Dispose();
        }
        _services.ForEach(s => s.Dispose());
    }

    private async Task WaitAsync(Func<bool> isDone, Action look)
    {
        var last = Stopwatch.GetTimestamp();
        while (true)
        {
            var count = _nics.Values.Sum(n => n.Drain());
            _services.ForEach(s => s.Answer());
            AnswerAsPretenders();
            if (count > 0)
            {
                last = Stopwatch.GetTimestamp();
                look();
                if (isDone())
                {
                    return;
                }
            }
            else if (Stopwatch.GetElapsedTime(last) > _quiet)
            {
                return;
            }
            await Task.Delay(3);
        }
    }

    /// <summary>A VM that takes an address answers for it, too.</summary>
    private void AnswerAsPretenders()
    {
        foreach (var (vm, mac, address) in _pretenders)
        {
            var nic = _nics[vm];
            for (var i = _answered.GetValueOrDefault(vm); i < nic.Seen.Count; i++)
            {
                if (NeighbourFrames.ArpAnswer(nic.Seen[i], mac, address) is { } answer)
                {
                    nic.Send(answer);
                }
            }
        }
        foreach (var (vm, nic) in _nics)
        {
            _answered[vm] = nic.Seen.Count;
        }
    }

    private static byte[] Question(PacketCase one) => one.To.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
        ? NeighbourFrames.ArpRequest(one.SourceMac, one.From, one.To) : NeighbourFrames.Solicitation(one.SourceMac, one.From, one.To);

    private MacAddress? AnswerTo(PacketCase one)
    {
        foreach (var frame in _nics[one.Source.Name].Seen)
        {
            if (NeighbourFrames.Told(frame, one.To, one.From) is { } mac && Same(frame.AsSpan(0, 6), one.SourceMac))
            {
                return mac;
            }
        }
        return null;
    }

    private static byte[][] Packet(PacketCase one)
    {
        var question = one.Question;
        var isIPv6 = one.To.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        var isIcmp = question.Protocol is 1 or 58;
        var header = new PacketHeader
        {
            Family = isIPv6 ? IPFamily.IPv6 : IPFamily.IPv4,
            Source = NumberOf(one.From),
            Destination = NumberOf(one.Question.ToGroup ?? one.To),
            Protocol = isIcmp ? (byte)(isIPv6 ? 58 : 1) : question.Protocol,
            SourcePort = isIcmp ? (ushort)0 : question.SourcePort,
            DestinationPort = isIcmp ? (ushort)0 : question.DestinationPort,
            IcmpType = isIcmp ? question.IcmpType ?? (byte)(isIPv6 ? 128 : 8) : (byte)0,
            IcmpCode = isIcmp ? question.IcmpCode ?? 0 : (byte)0,
            TcpFlags = question.Protocol == 6 ? TcpFlags.Syn : default,
            SourceMac = one.SourceMac,
            DestinationMac = one.Resolved,
            HopLimit = 64,
            Length = (ushort)(question.Size ?? (question.Fragment is null ? 60 : 1400)),
        };
        FrameBuilder.Details details = new(one.Number, one.Number, one.Number);
        if (question.Fragment is not null)
        {
            // the other piece has to come as well: a connection tracker waits for it
            var (first, second) = FrameBuilder.BuildFragments(in header, in details, FirstPart);
            return [first, second];
        }
        return [FrameBuilder.Build(in header, in details)];
    }

    private static bool IsFrom(byte[] frame, PacketCase one, bool isAnswer)
    {
        if (one.Question.Fragment is { } part && !isAnswer)
        {
            return NeighbourFrames.IsFragment(frame, one.Number, part == FragmentPart.Later) && Same(frame.AsSpan(0, 6), one.Target.Mac);
        }
        if (FrameReader.Read(frame) is not var (header, identifier)
            || !Same(frame.AsSpan(0, 6), isAnswer ? one.SourceMac : one.Question.ToGroup is null ? one.Target.Mac : one.Resolved ?? default))
        {
            return false;
        }
        var (from, to) = isAnswer ? (one.To, one.From) : (one.From, one.Question.ToGroup ?? one.To);
        if (header.Source != NumberOf(from) || header.Destination != NumberOf(to))
        {
            return false;
        }
        var question = one.Question;
        return question.Protocol switch
        {
            1 or 58 when question.IcmpType is { } type => !isAnswer && header.IcmpType == type && identifier == one.Number,
            1 or 58 => header.Protocol is 1 or 58 && identifier == one.Number
                && (header.IcmpType is 0 or 129) == isAnswer && header.IcmpType is 0 or 8 or 128 or 129,
            6 or 17 => header.Protocol == question.Protocol && (isAnswer
                ? header.SourcePort == question.DestinationPort && header.DestinationPort == question.SourcePort
                : header.SourcePort == question.SourcePort && header.DestinationPort == question.DestinationPort),
            _ => header.Protocol == question.Protocol,
        };
    }

    private static bool Same(ReadOnlySpan<byte> octets, MacAddress mac)
    {
        Span<byte> other = stackalloc byte[6];
        mac.CopyTo(other);
        return octets.SequenceEqual(other);
    }

    private static Number128 NumberOf(IPAddress address)
    {
        var octets = address.GetAddressBytes();
        return octets.Length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(octets) : Number128.Read(octets);
    }
}
