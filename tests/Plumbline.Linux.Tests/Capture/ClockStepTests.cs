using Plumbline.Linux.Capture;

namespace Plumbline.Linux.Tests.Capture;

public sealed class ClockStepTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void Later_of_two_times_counts_while_they_are_close()
    {
        Assert.Equal(100 * Second, ClockStep.Later(100 * Second, 99 * Second));
        Assert.Equal(101 * Second, ClockStep.Later(100 * Second, 101 * Second));
        Assert.False(ClockStep.IsBetween(100 * Second, 99 * Second));
    }

    [Fact]
    public void Clock_that_was_set_back_counts_from_then_on()
    {
        Assert.Equal(96 * Second, ClockStep.Later(100 * Second, 96 * Second));
        Assert.True(ClockStep.IsBetween(100 * Second, 96 * Second));
    }
}
