using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;

namespace Plumbline.Integration.Tests.Firewall;

/// <summary>Sends packets through the kernel and through the simulator, and compares: arrival of each, counters of every rule and policy.</summary>
internal sealed partial class KernelJudge
{
    private readonly KernelNode _node;
    private readonly IPFamily _family;
    private readonly CompiledRuleset _compiled;
    private readonly RuleCounters _counters;
    private readonly Dictionary<TestWay, ResolvedPath> _paths = [];
    private readonly KernelConntrack _conntrack = new();
    private readonly List<string> _differences = [];
    private readonly List<string> _history = [];
    private Socket? _sender;

    private KernelJudge(KernelNode node, IPFamily family, Ruleset rules, IReadOnlyList<AddressSet> sets)
    {
        _node = node;
        _family = family;
        Rules = rules;
        Sets = sets;
        _compiled = CompiledRuleset.Compile(rules, sets, node.Addresses);
        _counters = new(_compiled);
    }

    /// <summary>As the kernel gave them back.</summary>
    public Ruleset Rules { get; }

    /// <summary>As the kernel gave them back.</summary>
    public IReadOnlyList<AddressSet> Sets { get; }

    /// <summary>Conntrack is at work.</summary>
    public bool UsesConntrack => _compiled.UsesConntrack;

    /// <summary>Packets sent so far.</summary>
    public int Sent { get; private set; }

    /// <summary>Of these the simulator let through.</summary>
    public int Passed { get; private set; }

    /// <summary>Reads back what was loaded and prepares.</summary>
    public static async Task<KernelJudge> OpenAsync(
        KernelNode node, IPFamily family, int mostSymbolic = 0, int mostUndecided = 0, bool isTranslating = false)
    {
        var rules = await ReadAsync(node, family);
        var sets = AddressSetParser.Parse(await node.SaveSetsAsync()).Sets;
        node.Drain();
        return new(node, family, rules, sets) { MostSymbolic = mostSymbolic, MostUndecided = mostUndecided, IsTranslating = isTranslating };
    }

    /// <summary>Sends one packet both ways and compares its arrival.</summary>
    /// <returns>What the simulator said.</returns>
    public async Task<Decision> SendAsync(TestPacket packet)
    {
        _conntrack.Begin(packet);
        Out = null;
        var path = _paths.TryGetValue(packet.Way, out var known) ? known : _paths[packet.Way] = _compiled.Resolve(packet.Way.Path);
        var header = packet.Header;
        var foreseen = _compiled.Decide(path, in header, _conntrack);
        if (foreseen.Outcome == Outcome.Depends || MostUndecided > 0 && IsUndecided(path, in header))
        {
            // what is for everybody takes two ways at once; fragments are two packets
            if (Undecided < MostUndecided && packet.FirstFragment is null && header.DestinationMac is not { IsMulticast: true })
            {
                Sent++;
                await SendUndecidedAsync(packet, path);
            }
            else if (MostUndecided == 0 && (!IsTranslating || foreseen.Open == 0))
            {
                // a port that nat takes at random, and that a rule then asks for, decides: so it says, and nobody can say more
                _differences.Add($"{Describe(packet, foreseen)}: depends on {Place(foreseen)}");
            }
            return foreseen;
        }
        Sent++;
        var expected = Predict(packet, path);
        AskSymbolic(packet, in expected);
        var arrived = IsTranslating ? AskWhereItCameOut(packet, in expected, out var heard)
            : Ask(packet, expected.Outcome == Outcome.Passed, out heard);
        Passed += expected.Outcome == Outcome.Passed ? 1 : 0;
        var text = Describe(packet, expected);
        _history.Add(text);
        if (IsTranslating)
        {
            CompareTranslation(packet, in expected, arrived, text);
        }
        else if (arrived != (expected.Outcome == Outcome.Passed))
        {
            _differences.Add($"{text}\n    simulator: {expected.Outcome} by {Place(expected)}; kernel: {(arrived ? "passed" : "dropped")}{heard}");
        }
        if (KernelRun.IsCareful)
        {
            await CompareAsync();
            if (_differences.Count > 0)
            {
                Assert.Fail($"{text}\n{string.Join('\n', _differences)}");
            }
        }
        return expected;
    }

    /// <summary>What the simulator says of a packet of a new connection.</summary>
    public Outcome Foresee(TestWay way, PacketHeader header) => ForeseeAll(way, header).Outcome;

    /// <summary>As <see cref="Foresee"/>, with all that becomes of it.</summary>
    public Decision ForeseeAll(TestWay way, PacketHeader header) =>
        _compiled.Decide(_compiled.Resolve(way.Path), in header, ConntrackTable.Empty);

    /// <summary>Forgets all connections, here and in the kernel.</summary>
    public async Task ForgetConnectionsAsync()
    {
        _conntrack.Clear();
        await _node.RunAsync("conntrack", ["-F"], null);
    }

    /// <summary>Compares counters and fails with what differs.</summary>
    public async Task FinishAsync(string what)
    {
        await CompareAsync();
        _sender?.Dispose();
        if (_differences.Count > 0)
        {
            var story = new StringBuilder();
            story.Append(CultureInfo.InvariantCulture, $"{what}: {_differences.Count} differences\n");
            story.AppendJoin('\n', _differences.Take(12));
            if (Environment.GetEnvironmentVariable("PLUMB_FIREWALL_TRACE") is { Length: > 0 })
            {
                story.Append("\n--- packets\n").AppendJoin('\n', _history).Append("\n--- rules\n").Append(await _node.SaveAsync(_family == IPFamily.IPv6));
            }
            Assert.Fail(story.ToString());
        }
    }

    private async Task CompareAsync()
    {
        var count = _differences.Count;
        for (var clock = Stopwatch.StartNew(); ;)
        {
            CompareWith(await ReadAsync(_node, _family));
            // what goes round by lo is counted a little later
            if (_differences.Count == count || !IsTranslating || clock.ElapsedMilliseconds > 1000)
            {
                return;
            }
            _differences.RemoveRange(count, _differences.Count - count);
        }
    }

    private void CompareWith(Ruleset after)
    {
        var index = 0;
        foreach (var table in Rules.Tables)
        {
            foreach (var chain in table.Chains)
            {
                var kernelChain = after.Find(table.Name)!.Find(chain.Name)!;
                if (chain.Policy is not null && _counters.OfPolicy(0, table.Name, chain.Name) is { } policy
                    && kernelChain.Counters is { } kernelPolicy && policy != kernelPolicy)
                {
                    _differences.Add($"policy of {table.Name} {chain.Name}: simulator {policy}, kernel {kernelPolicy}");
                }
                for (var i = 0; i < chain.Rules.Count; i++)
                {
                    var rule = CounterOf(table, chain, i, ref index);
                    if (rule != kernelChain.Rules[i].Counters)
                    {
                        _differences.Add($"{table.Name} {chain.Name} {i + 1}: {chain.Rules[i].Text}\n    simulator {rule}, kernel {kernelChain.Rules[i].Counters}");
                    }
                }
            }
        }
    }

    private static async Task<Ruleset> ReadAsync(KernelNode node, IPFamily family)
    {
        var reading = RulesetParser.ParseSave(await node.SaveAsync(family == IPFamily.IPv6));
        Assert.Empty(reading.Errors);
        return Assert.Single(reading.Rulesets);
    }

    private Counters CounterOf(Table table, Chain chain, int rule, ref int index)
    {
        // rules are numbered table by table and chain by chain, as they stand
        while (true)
        {
            var place = _compiled.PlaceOf(index);
            if (ReferenceEquals(place.Chain, chain) && ReferenceEquals(place.Table, table) && place.Number == rule + 1)
            {
                return _counters.OfRule(index++);
            }
            index++;
        }
    }

    private Decision Predict(TestPacket packet, ResolvedPath path)
    {
        if (packet.FirstFragment is { } first && !_compiled.UsesConntrack)
        {
            return PredictFragments(packet, path, first);
        }
        var header = packet.Header;
        var decision = _compiled.Decide(path, in header, _conntrack, _counters);
        var isConfirmed = decision.Outcome == Outcome.Passed;
        if (packet.Way.Kind == TestWayKind.Bridged && header.DestinationMac is { IsMulticast: true })
        {
            // a bridge hands what is for everybody to the node itself as well, and there it is confirmed, whatever FORWARD says
            var start = packet.Way.Path.Points[0];
            var entered = _compiled.Decide(
                _compiled.Resolve(PacketPath.At(start)), in header, new Recall(_conntrack.Last), null);
            isConfirmed |= entered.Outcome == Outcome.Passed;
            if (GoesUp(in header) && entered.Outcome == Outcome.Passed)
            {
                var up = _compiled.Resolve(PacketPath.At(start with { Hook = Hook.Input }));
                var entry = entered.IsNotrack ? new(ConntrackState.Untracked) : _conntrack.Last with { Mark = decision.ConnectionMark };
                var above = header with
                {
                    Mark = entered.Mark,
                    HopLimit = entered.HopLimit,
                    TypeOfService = entered.TypeOfService,
                };
                _compiled.Decide(up, in above, new Recall(entry), _counters);
            }
        }
        if (IsTranslating)
        {
            return decision; // which port it got, the kernel tells
        }
        _conntrack.Finish(in decision, isConfirmed);
        return decision;
    }

    /// <summary>Routing takes it for the node: IPv4's broadcasts and all-hosts group; IPv6 is off on the bridges.</summary>
    private static bool GoesUp(in PacketHeader header) =>
        header.Family == IPFamily.IPv4
        && header.Source >> 28 != 14 && header.Source != uint.MaxValue && header.Source >> 24 != 127
        && (header.Destination == uint.MaxValue || header.Destination == 0xE0000001 || header.Source == 0 && header.Destination == 0);

    private Decision PredictFragments(TestPacket packet, ResolvedPath path, int first)
    {
        var isFour = _family == IPFamily.IPv4;
        var header = isFour ? 20 : 48;
        var payload = packet.Header.Length - (isFour ? 20 : 40);
        var one = packet.Header with { Length = (ushort)(header + first), MoreFragments = true };
        var whole = packet.Header;
        var data = FrameBuilder.Build(in whole, packet.Details).AsSpan(FrameBuilder.EthernetLength + (isFour ? 20 : 40) + first);
        var two = packet.Header with
        {
            Length = (ushort)(header + payload - first),
            FragmentOffset = (ushort)(first / 8),
            Payload = data.Length < 14 ? default(FragmentPayload)
                : new(BinaryPrimitives.ReadUInt16BigEndian(data), BinaryPrimitives.ReadUInt16BigEndian(data[2..]), data[13]),
        };
        if (packet.Way.Kind == TestWayKind.ToHost && isFour)
        {
            return GoUpWhole(packet, one, two, _counters);
        }
        var left = _compiled.Decide(path, in one, _conntrack, _counters);
        var right = _compiled.Decide(path, in two, _conntrack, _counters);
        if (packet.Way.Kind == TestWayKind.Bridged && whole.DestinationMac is { IsMulticast: true } && GoesUp(in whole))
        {
            GoUpWhole(packet, one, two, null);
        }
        return left.Outcome == Outcome.Passed ? right : left;
    }

    /// <summary>Fragments of IPv4 that the node itself takes are one packet before INPUT sees them.</summary>
    /// <param name="packet">The whole.</param>
    /// <param name="one">Its first part.</param>
    /// <param name="two">Its second part.</param>
    /// <param name="before">Where PREROUTING counts; null: it has counted already.</param>
    private Decision GoUpWhole(TestPacket packet, PacketHeader one, PacketHeader two, RuleCounters? before)
    {
        var start = packet.Way.Path.Points[0];
        var entry = _compiled.Resolve(PacketPath.At(start));
        var left = _compiled.Decide(entry, in one, _conntrack, before);
        var right = _compiled.Decide(entry, in two, _conntrack, before);
        // of ECN both or neither must know (ip_frag_ecn_table)
        if (left.Outcome != Outcome.Passed || right.Outcome != Outcome.Passed
            || (left.TypeOfService & 3) == 0 != ((right.TypeOfService & 3) == 0))
        {
            return left with { Outcome = Outcome.Dropped };
        }
        var up = _compiled.Resolve(PacketPath.At(start with { Hook = Hook.Input }));
        var whole = packet.Header with { Mark = left.Mark, HopLimit = left.HopLimit, TypeOfService = left.TypeOfService };
        return _compiled.Decide(up, in whole, _conntrack, _counters);
    }

    private bool Ask(TestPacket packet, bool isExpected, out string heard)
    {
        var header = packet.Header;
        heard = "";
        if (packet.Way.Kind == TestWayKind.FromHost)
        {
            return SendFromHost(packet);
        }
        List<(string Device, byte[] Frame)> received = [];
        var pieces = 1;
        if (packet.FirstFragment is { } first)
        {
            var (one, two) = FrameBuilder.BuildFragments(in header, packet.Details, first);
            received.AddRange(_node.Send(packet.Way.From, one));
            received.AddRange(_node.Send(packet.Way.From, two));
            // conntrack makes one packet of them, which leaves in pieces again
            pieces = _compiled.UsesConntrack ? 1 : 2;
        }
        else
        {
            received.AddRange(_node.Send(packet.Way.From, FrameBuilder.Build(in header, packet.Details)));
        }
        if (packet.Way.Kind == TestWayKind.ToHost)
        {
            var isHere = _node.ReceivedByHost() > 0;
            return KernelNode.IsWatched(header.Protocol, _family == IPFamily.IPv6) ? isHere : isExpected;
        }
        var arrived = received.Count(r => r.Device == packet.Way.To && IsIP(r.Frame));
        heard = $" (came out: {string.Join(' ', received.Select(r => r.Device))})";
        return arrived >= pieces;
    }

    private static bool IsIP(byte[] frame) => frame[12] == 0x08 && frame[13] == 0x00 || frame[12] == 0x86 && frame[13] == 0xDD;

    private bool SendFromHost(TestPacket packet) => SendAndReceive(packet).Exists(r => r.Device == packet.Way.To && IsIP(r.Frame));

    private List<(string Device, byte[] Frame)> SendAndReceive(TestPacket packet)
    {
        _sender ??= _node.OpenSender(_family == IPFamily.IPv6);
        var header = packet.Header;
        var frame = FrameBuilder.Build(in header, packet.Details);
        try
        {
            _sender.SendTo(
                frame, FrameBuilder.EthernetLength, frame.Length - FrameBuilder.EthernetLength, SocketFlags.None, new IPEndPoint(Address(header), 0));
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AccessDenied or SocketError.HostUnreachable or SocketError.NetworkUnreachable
            || e.NativeErrorCode == 1)
        {
            _node.Receive();
            return []; // EPERM: a rule dropped it
        }
        return _node.Receive();
    }

    private static IPAddress Address(PacketHeader header)
    {
        Span<byte> bytes = stackalloc byte[16];
        header.Destination.Write(bytes);
        return new(header.Family == IPFamily.IPv4 ? bytes[12..] : bytes);
    }

    private string Place(Decision decision) => decision.Rule >= 0 ? $"{_compiled.PlaceOf(decision.Rule)} ({_compiled.PlaceOf(decision.Rule).Rule.Text})"
        : decision.Chain >= 0 ? $"policy of {_compiled.ChainOf(decision.Chain).Chain.Name}" : "nothing";

    private string Describe(TestPacket packet, Decision decision)
    {
        var h = packet.Header;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"#{Sent} {packet.Way} {AddressText(h.Source)} -> {AddressText(h.Destination)} proto {h.Protocol} ports {h.SourcePort}->{h.DestinationPort} flags {(int)h.TcpFlags:x} icmp {h.IcmpType}/{h.IcmpCode} mac {h.SourceMac}->{h.DestinationMac} len {h.Length} ttl {h.HopLimit} tos {h.TypeOfService:x} zone {decision.Zone}{(packet.FirstFragment is { } f ? $" fragments {f}" : "")}{(packet.Inner is null ? "" : " about another")}{(packet.Details.Extensions is { } e ? $" extensions {string.Join(' ', e)}" : "")}");
    }

    private string AddressText(UInt128 address) => new MaskedAddress(_family, address, MaskedAddress.WholeMask(_family)).ToString();

    /// <summary>What conntrack said last: the second copy of a packet bears the same connection.</summary>
    private sealed class Recall(ConntrackEntry entry) : ConntrackTable
    {
        public override ConntrackEntry Find(int zone, in PacketHeader packet) => entry with { IsFirstPacket = false };

        public override ConntrackEntry Find(ConntrackZone zone, in PacketHeader packet) => Find(zone.Original, in packet);
    }
}
