using System.Globalization;
using Plumbline.Iptables.Simulation;
using Plumbline.Iptables.Symbolic;

namespace Plumbline.Iptables.Tests.Symbolic;

/// <summary>Two interpreters of the same rules must agree: on random packets, and on each side of every boundary of the symbolic set.</summary>
public sealed class SymbolicAgreementTests
{
    private static readonly int _rulesets =
        int.TryParse(Environment.GetEnvironmentVariable("PLUMB_RULESETS"), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 25;

    [Theory]
    [InlineData(IPFamily.IPv4)]
    [InlineData(IPFamily.IPv6)]
    public void A_whole_path_passes_the_same_packets(IPFamily family) => Compare(family, hasNat: false);

    /// <summary>
    /// The simulator works out which address of a range nat takes; the symbolic engine says "one of them". There it has to leave open what
    /// the simulator says; everywhere else both say the same.
    /// </summary>
    [Theory]
    [InlineData(IPFamily.IPv4)]
    [InlineData(IPFamily.IPv6)]
    public void A_whole_path_passes_the_same_packets_where_nat_rewrites_them(IPFamily family) => Compare(family, hasNat: true);

    private static void Compare(IPFamily family, bool hasNat)
    {
        var sets = RandomFirewall.SetsOf(family);
        for (var seed = 0; seed < _rulesets; seed++)
        {
            var random = new Random(seed);
            var ruleset = RandomFirewall.Next(random, family, 14, hasSets: seed % 4 != 0, hasNat);
            // one set in ten is not told
            IReadOnlyList<AddressSet> told = seed % 10 == 3 ? [] : sets;
            var engine = SymbolicEngine.Create([ruleset], told, null, devices: false, AnalysisBudget.Default);
            var compiled = CompiledRuleset.Compile(ruleset, told);
            for (var way = 0; way < 3; way++)
            {
                var path = RandomFirewall.NextPath(random);
                var resolved = compiled.Resolve(path);
                var passed = engine.Passed(path);
                var isOpen = engine.Space.UnknownsOf(passed).Any(u => u.Key.StartsWith("nat ", StringComparison.Ordinal)
                    || u.Key.StartsWith("the connection's", StringComparison.Ordinal) && hasNat);
                int may = engine.Space.May(passed), must = engine.Space.Must(passed);
                for (var i = 0; i < 200; i++)
                {
                    var (header, connection) = RandomFirewall.NextPacket(random, family);
                    Agree(header, connection);
                }
                // from a packet of the set, cross each boundary that the set has there
                foreach (var part in new[] { may, may ^ 1 })
                {
                    if (engine.Pick(part) is { } inside)
                    {
                        var bits = PacketBits.Of(engine.Space, inside.Header, inside.Connection);
                        for (var level = 0; level < bits.Length; level++)
                        {
                            bits[level] = !bits[level];
                            if (engine.Space.Store.Contains(engine.Space.Possible, bits))
                            {
                                var packet = PacketBits.ToPacket(engine.Space, bits, null);
                                Agree(packet.Header, packet.Connection);
                            }
                            bits[level] = !bits[level];
                        }
                    }
                }

                void Agree(PacketHeader header, ConntrackEntry connection)
                {
                    var decision = compiled.Decide(resolved, in header, ConntrackTable.Assume(connection));
                    var bits = PacketBits.Of(engine.Space, in header, in connection);
                    var (isPossible, isCertain) = (engine.Space.Store.Contains(may, bits), engine.Space.Store.Contains(must, bits));
                    var agrees = decision.Outcome switch
                    {
                        Outcome.Passed => isCertain || isOpen && isPossible,
                        Outcome.Dropped => !isPossible || isOpen && !isCertain,
                        _ => true,
                    };
                    Assert.True(agrees, $"seed {seed}, way {way}: {decision.Outcome} at {(decision.Rule < 0 ? "policy" : compiled.PlaceOf(decision.Rule))}"
                        + $", symbolic may {isPossible} must {isCertain}\n{header}\n{connection}\n{path.Points[0]}");
                }
            }
        }
    }
}
