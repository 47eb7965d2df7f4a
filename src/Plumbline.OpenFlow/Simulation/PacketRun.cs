using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Flows;
using Plumbline.OpenFlow.Simulation.Compiled;

namespace Plumbline.OpenFlow.Simulation;

/// <summary>
/// One packet's way. The rules are those of Open vSwitch 3.1 (ovs-actions(7), and what <c>ofproto/trace</c> answers on a real switch):
/// patch ports, buckets and clones work on a copy; the connection tracker forks a copy that goes on later.
/// </summary>
internal sealed partial class PacketRun(Simulator simulator, SimulationOptions options)
{
    private const int MaxDepth = 64;
    private const int MaxResubmits = 4096;

    /// <summary>Before the first lookup of a pass, which is no resubmit.</summary>
    private const int Outside = -1;

    private readonly List<TraceStep> _steps = [];
    private readonly List<SimulatedOutput> _outputs = [];
    private readonly List<DropCause> _drops = [];
    private readonly List<string> _unknowns = [];
    private readonly List<string> _assumptions = [];
    private readonly List<LearnedFlow> _learned = [];
    private readonly List<CommittedConnection> _committed = [];
    private readonly Queue<Forked> _forked = new();

    // set before the first packet goes in
    private CompiledBridge _bridge = null!;
    private FlowKey _key = null!;
    private Flow? _flow;
    private int _table;
    private List<FlowAction> _actionSet = [];
    private Stack<UInt128> _stack = new();
    private int _nesting;
    private int _depth;
    private int _resubmits;
    private System.Net.IPAddress? _ownAddress;
    private bool _exit;
    private bool _failed;
    private bool _tracked;
    private bool _isCertain = true;

    public SimulationResult Run(CompiledBridge bridge, FlowKey packet)
    {
        _bridge = bridge;
        _key = packet.Copy();
        _key[Slot.ActsetOutput] = OfPort.Unset;
        _ownAddress = RemoteOf(packet);
        _table = Outside;
        Enter("received");
        DiscardWhenFailed(0);
        while (_forked.TryDequeue(out var forked))
        {
            Resume(forked);
        }
        if (_outputs.Count == 0 && _drops.Count == 0)
        {
            DropHere("no action sent it anywhere");
        }
        return new()
        {
            Outputs = _outputs,
            Steps = _steps,
            Drops = _drops,
            Unknowns = _unknowns,
            Assumptions = _assumptions,
            Learned = _learned,
            Committed = _committed,
        };
    }

    /// <summary>The packet is in <see cref="_bridge"/>, from its in_port.</summary>
    private void Enter(string why)
    {
        _steps.Add(new TraceStep.Entered(_nesting, _bridge.Name, _key.InPort, why));
        if (_bridge.Port(_key.InPort) is { NoReceive: true } port)
        {
            (_table, _flow) = (0, null);
            DropHere($"port {port.Name} is set to receive nothing (NO_RECV)");
            return;
        }
        if (_bridge.Port(_key.InPort) is { ClosedBy: { } state } closed)
        {
            (_table, _flow) = (0, null);
            DropHere($"port {closed.Name} takes nothing: the spanning tree has it {state}");
            return;
        }
        Lookup(0, _key.InPort, withCt: false, "");
        ExecuteActionSet();
    }

    /// <summary>A pass that did not end sends nothing; one beyond a patch port keeps what it had sent (as Open vSwitch has it).</summary>
    private void DiscardWhenFailed(int before)
    {
        if (_failed)
        {
            _outputs.RemoveRange(before, _outputs.Count - before);
        }
    }

    /// <summary>Looks up and does what the flow says; then all is as before but the packet.</summary>
    private void Lookup(int table, int inPort, bool withCt, string why)
    {
        if (!MayGoOn())
        {
            return;
        }
        if (withCt && (_key[Slot.CtNwProto] == 0 || !_key.Has(Prerequisite.Ip)))
        {
            Note("resubmit(ct) of a packet that is not tracked: nothing is looked up");
            return;
        }
        var (oldTable, oldFlow) = (_table, _flow);
        var rule = Find(table, inPort, withCt);
        _table = table;
        _flow = rule?.Flow;
        _steps.Add(new TraceStep.LookedUp(_nesting, _bridge.Name, table, rule?.Flow));
        if (rule is null)
        {
            DropHere($"no flow of table {table} matches{why}");
        }
        else
        {
            var deepens = table <= oldTable;
            _resubmits += oldTable == Outside ? 0 : 1;
            _depth += deepens ? 1 : 0;
            _nesting++;
            Execute(rule.Flow.Actions);
            _nesting--;
            _depth -= deepens ? 1 : 0;
        }
        (_table, _flow) = (oldTable, oldFlow);
    }

    private CompiledRule? Find(int table, int inPort, bool withCt)
    {
        var own = _key[Slot.InPort];
        _key[Slot.InPort] = (UInt128)inPort;
        if (withCt)
        {
            SwapTuple();
        }
        // "frags=normal" of ovs-ofctl show: to flows, no fragment has ports, not even a first one
        var (source, destination) = (_key[Slot.TpSrc], _key[Slot.TpDst]);
        if ((_key[Slot.NwFrag] & 1) != 0)
        {
            _key[Slot.TpSrc] = _key[Slot.TpDst] = 0;
        }
        var found = _bridge.Table(table)?.Lookup(_key, NoteUncertain);
        if (options.Memory is { } memory)
        {
            found = memory.Choose(_bridge, table, _key, found);
        }
        (_key[Slot.TpSrc], _key[Slot.TpDst]) = (source, destination);
        if (withCt)
        {
            SwapTuple();
        }
        _key[Slot.InPort] = own;
        return found;
    }

    private void NoteUncertain(CompiledRule rule) => Unknown(
        $"a flow of {_bridge.Name} that may win is not understood: \"{rule.Unknown}\" in table {rule.Flow.Table}, {rule.Flow.MatchText}");

    private bool MayGoOn()
    {
        if (_depth < MaxDepth && _resubmits < MaxResubmits)
        {
            return true;
        }
        if (!_failed)
        {
            DropHere(_depth >= MaxDepth ? $"resubmitted more than {MaxDepth} times deep" : $"more than {MaxResubmits} resubmits");
        }
        _failed = true;
        return false;
    }

    private void SwapTuple()
    {
        Swap(Slot.NwProto, Slot.CtNwProto);
        if (_key.Has(Prerequisite.Ipv4))
        {
            Swap(Slot.NwSrc, Slot.CtNwSrc);
            Swap(Slot.NwDst, Slot.CtNwDst);
        }
        else
        {
            Swap(Slot.Ipv6Src, Slot.CtIpv6Src);
            Swap(Slot.Ipv6Dst, Slot.CtIpv6Dst);
        }
        Swap(Slot.TpSrc, Slot.CtTpSrc);
        Swap(Slot.TpDst, Slot.CtTpDst);
    }

    private void Swap(int a, int b) => (_key[a], _key[b]) = (_key[b], _key[a]);

    private void Note(string text) => _steps.Add(new TraceStep.Noted(_nesting, text));

    private void Unknown(string why)
    {
        Note("unknown: " + why);
        if (!_unknowns.Contains(why))
        {
            _unknowns.Add(why);
        }
    }

    private void DropHere(string why)
    {
        if (_steps.Count == 0 || _steps[^1] is not TraceStep.LookedUp { Flow: null })
        {
            Note("drop: " + why);
        }
        _drops.Add(new(_bridge.Name, Math.Max(_table, 0), _flow, why) { Step = _steps.Count });
    }
}
