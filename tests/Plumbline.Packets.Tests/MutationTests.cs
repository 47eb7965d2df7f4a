using Plumbline.Packets.Tests.Dissection;

namespace Plumbline.Packets.Tests;

public sealed class MutationTests
{
    /// <summary>bench/fuzz-packets sets it: how many, in place of a bounded number.</summary>
    private const string Many = "PLUMB_FUZZ_PACKETS";

    [Fact]
    public void Damaged_packets_make_nothing_throw()
    {
        var count = long.TryParse(Environment.GetEnvironmentVariable(Many), out var asked) ? asked : 200_000;
        var mutation = new Mutation([.. Samples.Captured, .. Samples.Made], seed: count > 200_000 ? Environment.TickCount : 7);
        for (var i = 0L; i < count; i++)
        {
            mutation.Next(withTexts: true);
        }
    }
}
