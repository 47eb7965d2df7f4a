using Plumbline.Integration.Tests.Timing;

namespace Plumbline.Integration.Tests.Flows;

/// <summary>
/// <c>plumb flows</c> beside what was really lost, overtaken and doubled on the way, and beside tshark's guess of it: the truth is the judge.
/// </summary>
public sealed class FlowsTruthTests(CutWire wire) : IClassFixture<CutWire>
{
    [SkippableTheory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(0, 20, 0, 0)]
    [InlineData(10, 20, 0, 0)]
    [InlineData(0, 0, 30, 0)]
    [InlineData(5, 0, 30, 0)]
    [InlineData(5, 0, 0, 30)]
    [InlineData(5, 15, 15, 15)]
    public void Segments_sent_again_overtaken_and_doubled_are_counted_as_they_were(int delay, int lost, int late, int twice)
    {
        wire.Holder.Begin(new()
        {
            Delay = TimeSpan.FromMilliseconds(delay),
            LostOfThousand = lost,
            LateOfThousand = late,
            TwiceOfThousand = twice,
            ByArrival = true,
            OneWay = true,
            Seed = 5 + delay,
        });
        var (atA, atB) = wire.Capture(() => ChainTraffic.SendStream(wire.A, wire.B, CutWire.Right, 150, 14_480, TimeSpan.FromMilliseconds(10)));
        var truth = new SegmentTruth(atA, atB, ChainTraffic.Port);
        Assert.Equal(wire.Holder.Truth.Lost, truth.Lost);
        var (here, there) = (new FlowsAnswer(atA), new FlowsAnswer(atB));
        var (sent, came) = (Sender(here), Sender(there));
        string[] kinds = ["tcp.analysis.retransmission", "tcp.analysis.fast_retransmission", "tcp.analysis.spurious_retransmission", "tcp.analysis.out_of_order"];
        var guess = string.Join(", ", kinds.Select(k => $"{k} {here.Tshark(Filter(k))} and {there.Tshark(Filter(k))}"));
        var told = $"{truth}; tshark at both: {guess}";
        Assert.True(truth.SentAgain == sent.Retransmissions && sent is { Reordered: 0, Duplicates: 0 }, $"at the sender {sent}; {told}");
        var isBoth = came.Retransmissions - truth.ArrivedAgain;
        Assert.True(isBoth >= 0 && isBoth <= truth.BothWays, $"at the receiver {came}; {told}");
        Assert.True(truth.Overtaken + truth.BothWays - isBoth == came.Reordered, $"at the receiver {came}; {told}");
        Assert.True(truth.Twice == came.Duplicates, $"at the receiver {came}; {told}");

        static string Filter(string kind) => $"{kind} && tcp.dstport=={ChainTraffic.Port}";
    }

    private static (int Retransmissions, int Reordered, int Duplicates) Sender(FlowsAnswer answer)
    {
        var side = answer.To(ChainTraffic.Port).GetProperty("initiator");
        return (FlowsAnswer.Number(side, "retransmissions"), FlowsAnswer.Number(side, "reordered"), FlowsAnswer.Number(side, "duplicates"));
    }
}
