using System.Diagnostics;
using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

/// <summary>Tries packets on the simulator, within a budget.</summary>
internal sealed class SampleRun
{
    private const int Seed = 4;

    private readonly PacketSampler _sampler;
    private readonly CompiledRuleset _compiled;
    private readonly AnalysisBudget _budget;

    public SampleRun(IReadOnlyList<Ruleset> rulesets, IReadOnlyList<AddressSet> sets, NodeAddresses? addresses, AnalysisBudget budget)
    {
        _sampler = new(rulesets, sets, Seed);
        _compiled = CompiledRuleset.Compile(rulesets, sets, addresses);
        _budget = budget;
    }

    /// <summary>Packets that begin something and that a query is about, on a path, behind those that must be passed before.</summary>
    public SampleReport Along(PacketPath path, ReachQuery query)
    {
        var resolved = _compiled.Resolve(path);
        ResolvedPath[] before = [.. query.Before.Select(_compiled.Resolve)];
        var (tried, passed) = (0, 0);
        var byRule = new Dictionary<(int Chain, int Rule), SampledPass>();
        foreach (var (drawn, _) in Draw(isFresh: true))
        {
            if (Fitting(drawn, query) is not { } header)
            {
                continue;
            }
            var connection = new ConntrackEntry(FirstPacket.StateOf(in header));
            if (!Array.TrueForAll(before, b => _compiled.Decide(b, in header, ConntrackTable.Assume(connection)).Outcome == Outcome.Passed))
            {
                continue;
            }
            tried++;
            var decision = _compiled.Decide(resolved, in header, ConntrackTable.Assume(connection));
            if (decision.Outcome == Outcome.Passed)
            {
                passed++;
                byRule.TryAdd((decision.Chain, decision.Rule), new(RuleOf(decision), new() { Header = header, Connection = connection }));
            }
        }
        return new(tried, passed) { Passes = [.. byRule.Values] };
    }

    /// <summary>The first packet of the query that passes all paths, or is dropped on one of them; null: none of those tried.</summary>
    public (SymbolicPacket? Found, int Tried) Find(IReadOnlyList<PacketPath> paths, ReachQuery query, bool passing)
    {
        ResolvedPath[] resolved = [.. paths.Select(_compiled.Resolve)];
        var tried = 0;
        foreach (var (drawn, _) in Draw(isFresh: true))
        {
            if (Fitting(drawn, query) is not { } header)
            {
                continue;
            }
            tried++;
            var connection = new ConntrackEntry(FirstPacket.StateOf(in header));
            var outcomes = Array.ConvertAll(resolved, r => _compiled.Decide(r, in header, ConntrackTable.Assume(connection)).Outcome);
            if (passing ? Array.TrueForAll(outcomes, o => o == Outcome.Passed) : Array.IndexOf(outcomes, Outcome.Dropped) >= 0)
            {
                return (new() { Header = header, Connection = connection }, tried);
            }
        }
        return (null, tried);
    }

    /// <summary>Packets at one point, counted in <paramref name="counters"/>.</summary>
    public int Count(IEnumerable<HookPoint> points, RuleCounters counters)
    {
        ResolvedPath[] resolved = [.. points.Select(p => _compiled.Resolve(PacketPath.At(p)))];
        var tried = 0;
        foreach (var (header, connection) in Draw(isFresh: false))
        {
            _compiled.Decide(resolved[tried % resolved.Length], in header, ConntrackTable.Assume(connection), counters);
            tried++;
        }
        return tried;
    }

    /// <summary>What is sampled.</summary>
    public CompiledRuleset Rules => _compiled;

    /// <summary>The packets, until the budget of samples ends.</summary>
    public IEnumerable<(PacketHeader Header, ConntrackEntry Connection)> Draw(bool isFresh)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < _budget.MaxSamples; i++)
        {
            if ((i & 63) == 63 && Stopwatch.GetElapsedTime(start) > _budget.SampleTime)
            {
                yield break;
            }
            yield return _sampler.Next(isFresh);
        }
    }

    /// <summary>The rule or policy of a decision.</summary>
    public DecidingRule? RuleOf(in Decision decision)
    {
        if (decision.Rule >= 0)
        {
            var place = _compiled.PlaceOf(decision.Rule);
            return new(place.Table.Name, place.Chain.Name, place.Number, place.Rule);
        }
        return decision.Chain < 0 ? null : new(_compiled.ChainOf(decision.Chain).Table.Name, _compiled.ChainOf(decision.Chain).Chain.Name, 0, null);
    }

    /// <summary>Bent to what the query asks for; null where it can't be.</summary>
    private static PacketHeader? Fitting(PacketHeader header, ReachQuery query)
    {
        header = header with
        {
            Source = Within(header.Family, header.Source, query.Sources),
            Destination = Within(header.Family, header.Destination, query.Destinations),
            Protocol = query.Protocol ?? header.Protocol,
            SourceMac = query.OwnSource ?? header.SourceMac,
        };
        if (query.Ports is { } ports && (header.DestinationPort < ports.First || header.DestinationPort > ports.Last))
        {
            header = header with { DestinationPort = (ushort)(ports.First + header.DestinationPort % (ports.Last - ports.First + 1)) };
        }
        foreach (var not in query.ExceptSources)
        {
            if (not.Family == header.Family && not.Contains(header.Source & not.Mask))
            {
                return null;
            }
        }
        return FirstPacket.StateOf(in header) == ConntrackState.Invalid ? null : header;
    }

    private static UInt128 Within(IPFamily family, UInt128 address, IReadOnlyList<MaskedAddress> any)
    {
        var own = any.Where(a => a.Family == family).ToList();
        if (own.Count == 0 || own.Exists(one => (address & one.Mask) == one.Address))
        {
            return address;
        }
        var chosen = own[(int)((uint)address % (uint)own.Count)];
        return chosen.Address | address & ~chosen.Mask & MaskedAddress.WholeMask(chosen.Family);
    }
}
