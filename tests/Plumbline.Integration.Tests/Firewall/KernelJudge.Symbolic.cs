using Plumbline.Iptables.Simulation;
using Plumbline.Iptables.Symbolic;

namespace Plumbline.Integration.Tests.Firewall;

internal sealed partial class KernelJudge
{
    private readonly Dictionary<TestWay, (int May, int Must)?> _symbolic = [];
    private SymbolicEngine? _engine;

    /// <summary>How many packets the symbolic engine is asked about, too.</summary>
    public int MostSymbolic { get; init; }

    /// <summary>Packets about which it has agreed.</summary>
    public int Agreed { get; private set; }

    /// <summary>The symbolic set of packets that pass must hold the packet exactly if the simulator, and so the kernel, lets it pass.</summary>
    private void AskSymbolic(TestPacket packet, in Decision decision)
    {
        var header = packet.Header;
        // two fragments are two packets; what other connections have is no question to the rules
        if (decision.Cause != DropCause.Rules || Agreed >= MostSymbolic || packet.Way.Kind != TestWayKind.Bridged || packet.FirstFragment is not null)
        {
            return;
        }
        if (!_symbolic.TryGetValue(packet.Way, out var sets))
        {
            _symbolic[packet.Way] = sets = SetsOf(packet.Way);
        }
        if (sets is not { } known)
        {
            return;
        }
        var entry = decision.IsNotrack ? new(FirstPacket.StateOf(in header)) : _conntrack.Last;
        var bits = PacketBits.Of(_engine!.Space, in header, in entry);
        var (may, must) = (_engine.Space.Store.Contains(known.May, bits), _engine.Space.Store.Contains(known.Must, bits));
        Agreed++;
        if (decision.Outcome == Outcome.Passed ? !must && !may : decision.Outcome == Outcome.Dropped && must)
        {
            _differences.Add($"{Describe(packet, decision)}\n    simulator: {decision.Outcome} by {Place(decision)}; symbolic may {may} must {must}");
        }
    }

    private (int May, int Must)? SetsOf(TestWay way)
    {
        _engine ??= SymbolicEngine.Create([Rules], Sets, _node.Addresses, devices: false, AnalysisBudget.Default);
        try
        {
            _engine.Space.Store.Allow(AnalysisBudget.Default);
            var passed = _engine.Passed(way.Path);
            return (_engine.Space.May(passed), _engine.Space.Must(passed));
        }
        catch (BudgetExceededException)
        {
            return null;
        }
    }
}
