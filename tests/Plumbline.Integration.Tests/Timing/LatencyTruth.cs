using System.Globalization;
using Plumbline.Integration.Tests.Capturing;
using Plumbline.Operations.Labs;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Timing;

/// <summary>
/// <c>plumb latency</c> against truth: at every join of the way between two VMs on two nodes packets are delayed, lost and overtaken by a
/// program that keeps books of each; what plumb says must agree with the books, and all other legs must be left in peace.
/// <c>PLUMB_LATENCY_PACKETS</c> asks for more than the packets of every run.
/// </summary>
public abstract class LatencyTruth(HeldLab held)
{
    protected HeldLab Held => held;

    private const int UsualPackets = 1000;
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(2);

    /// <summary>Nanoseconds that ovs-vswitchd's thread may wait for a processor while the other one is taken: a scheduler's slice and a bit.</summary>
    private const long SwitchTail = 5_000_000;

    /// <summary>
    /// At a join of kernel devices 3 to 4 ms; within Open vSwitch, which on a busy machine gets its processor some tenths of a millisecond late,
    /// 20 to 25 ms.
    /// </summary>
    private static HoldPlan PlanOf(HeldHop hop) => new()
    {
        Delay = TimeSpan.FromMilliseconds(IsInSwitch(hop) ? 20 : 3),
        Jitter = TimeSpan.FromMilliseconds(IsInSwitch(hop) ? 5 : 1),
        LostOfThousand = 25,
        LateOfThousand = 10,
    };

    private static bool IsInSwitch(HeldHop hop) => hop.From == "tunnel" || hop.To == "tunnel";

    protected static int Packets =>
        int.TryParse(Environment.GetEnvironmentVariable("PLUMB_LATENCY_PACKETS"), CultureInfo.InvariantCulture, out var asked) ? asked : UsualPackets;

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(1)]
    public void Delays_losses_and_overtaking_planted_at_a_hop_are_found_there_and_nowhere_else(int number) =>
        Disturbed.Judge(() => PlantAtEachHop(number));

    private void PlantAtEachHop(int number)
    {
        var lab = held.Lab;
        held.Rest();
        var before = Measure(lab, number, null);
        var baseline = Path.Join(held.Folder, $"before-{number}.json");
        File.WriteAllText(baseline, before.Root.GetRawText());
        var quiet = Own(number).ToDictionary(h => h, h => Natural(before, h));
        Assert.All(before.Legs, l => Assert.True(l.GetProperty("lost").GetInt32() == 0, l.ToString()));
        foreach (var hop in Own(number))
        {
            held.Rest();
            hop.Holder.Begin(PlanOf(hop) with { Seed = held.Hops.ToList().IndexOf(hop) + 1 });
            var after = Measure(lab, number, baseline);
            Judge(after, hop, quiet[hop]);
            foreach (var change in after.Changes)
            {
                var isIt = LatencyAnswer.IsLeg(change, hop);
                var words = string.Join(' ', change.GetProperty("verdict").EnumerateArray().Select(v => v.GetString()));
                Assert.True(change.GetProperty("blamed").GetBoolean() == isIt, $"planted at {hop}: {change} {after.Pressure}");
                Assert.True(
                    !isIt || words.Contains("slower", StringComparison.Ordinal) && words.Contains("more loss", StringComparison.Ordinal), change.ToString());
            }
        }
    }

    [SkippableFact]
    public void The_wire_between_two_nodes_is_judged_from_the_captures_of_both_joined() => Disturbed.Judge(JoinTwoCaptures);

    private void JoinTwoCaptures()
    {
        var lab = held.Lab;
        Root.SkipUnlessInstalled("mergecap");
        held.Rest();
        var hop = held.Hops.Single(h => h.Node < 0);
        hop.Holder.Begin(PlanOf(hop));
        var files = lab.Nodes.Select(n => Path.Join(held.Folder, n.Name + ".pcapng")).ToList();
        var captures = lab.Nodes.Select((n, i) => Capture(lab, i, files[i])).ToList();
        HeldTraffic.Send(lab.Instances[0], lab.Instances[1], Packets, _interval);
        Assert.All(captures, c => Assert.True(c.WaitForExit() == 0, c.Error));
        captures.ForEach(c => c.Dispose());
        var joined = Path.Join(held.Folder, "joined.pcapng");
        using (var mergecap = PlumbProcess.StartProgram(true, "mergecap", "-w", joined, files[0], files[1]))
        {
            Assert.True(mergecap.WaitForExit() == 0, mergecap.Error);
        }
        using var plumb = PlumbProcess.StartProgram(true, PlumbProcess.Program, "latency", "--from", joined, "--json");
        Assert.True(plumb.WaitForExit() == 0, plumb.Error);
        var answer = new LatencyAnswer(plumb.Output);
        Assert.Equal(9, answer.Legs.Count);
        Judge(answer, hop, 30_000, isCut: true); // veth, bridge, veth; mergecap keeps no statistics, so the file ends with its last packet
    }

    private static PlumbProcess Capture(LabDescription lab, int number, string file)
    {
        var (from, to) = Ends(lab, number);
        return PlumbProcess.StartProgram(
            true, PlumbProcess.Program, "capture", "--path", from, to, "-w", file, "--for", Seconds, "--filter", $"udp port {HeldLab.Port}",
            "--lab-dir", lab.Directory, "--lab", "--node", lab.Nodes[number].Name).WaitUntilReady();
    }

    /// <summary>What a node knows the two ends by.</summary>
    private static (string From, string To) Ends(LabDescription lab, int number)
    {
        var (sender, receiver) = (lab.Instances[0], lab.Instances[1]);
        return number == 0 ? (sender.Name, receiver.Address.ToString()) : (sender.Address.ToString(), receiver.Name);
    }

    private static string Seconds => $"{(_interval * Packets + TimeSpan.FromSeconds(2)).TotalSeconds:0}s";

    private IEnumerable<HeldHop> Own(int number) => held.Hops.Where(h => h.Node == number);

    /// <summary>What the leg takes beside the holder.</summary>
    private static long Natural(LatencyAnswer answer, HeldHop hop) =>
        LatencyAnswer.Nanoseconds(answer.Legs.First(l => LatencyAnswer.IsLeg(l, hop)), "p50Seconds") - hop.Holder.Truth.Stay(0.5);

    private static void Judge(LatencyAnswer answer, HeldHop hop, long natural, bool isCut = false)
    {
        var truth = hop.Holder.Truth;
        var isBusy = answer.Root.TryGetProperty("processorPressure", out var pressure) && pressure.GetDouble() >= 0.2;
        foreach (var leg in answer.Legs)
        {
            if (!LatencyAnswer.IsLeg(leg, hop))
            {
                Assert.True(leg.GetProperty("lost").GetInt32() == 0, $"planted at {hop}: {leg}");
                Assert.True(leg.GetProperty("reordered").GetInt32() == 0, $"planted at {hop}: {leg}");
                continue;
            }
            Assert.Equal(truth.Came, leg.GetProperty("left").GetInt32());
            var undecided = leg.GetProperty("undecided").GetInt32();
            Assert.Equal(truth.Lost, leg.GetProperty("lost").GetInt32() + undecided);
            Assert.InRange(undecided, 0, isCut ? 3 : 0);
            Assert.Equal(truth.Reordered, leg.GetProperty("reordered").GetInt32());
            Assert.Equal(0, leg.GetProperty("ambiguous").GetInt32());
            foreach (var (member, part) in (ReadOnlySpan<(string, double)>)[("p50Seconds", 0.5), ("p90Seconds", 0.9), ("p99Seconds", 0.99), ("greatestSeconds", 1)])
            {
                if (part > 0.5 && isBusy && IsInSwitch(hop))
                {
                    continue; // the switch itself comes late now and then
                }
                var (found, real) = (LatencyAnswer.Nanoseconds(leg, member), truth.Stay(part) + natural);
                var error = Math.Max(20_000, real / (isBusy && IsInSwitch(hop) ? 10 : 20));
                // the books are of the holder: what a few packets waited for the switch's own thread comes on top, and is the leg's as well
                var isMore = part > 0.9 && IsInSwitch(hop) && found > real && found - real < SwitchTail;
                Assert.True(
                    isMore || Math.Abs(found - real) <= error,
                    $"planted at {hop}: {member} {found} ns, really {real} ns ({natural} of them its own)");
            }
        }
    }

    private protected static LatencyAnswer Measure(LabDescription lab, int number, string? baseline)
    {
        var (sender, receiver) = (lab.Instances[0], lab.Instances[1]);
        var (from, to) = Ends(lab, number);
        using var plumb = PlumbProcess.StartProgram(
            true, PlumbProcess.Program,
            [
                "latency", from, to, "--json", "--for", Seconds, "--lab-dir", lab.Directory, "--lab",
                "--node", lab.Nodes[number].Name, .. baseline is null ? Array.Empty<string>() : ["--baseline", baseline],
            ]).WaitUntilReady();
        HeldTraffic.Send(sender, receiver, Packets, _interval);
        var status = plumb.WaitForExit();
        Assert.True(status == (baseline is null ? 0 : 1), plumb.Error);
        return new(plumb.Output);
    }
}
