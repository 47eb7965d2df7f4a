using Plumbline.Linux.Capture;

namespace Plumbline.Linux.Tests.Capture;

public sealed class WaitingPacketsTests
{
    [Fact]
    public void They_are_taken_by_time_however_they_came()
    {
        var random = new Random(6);
        var waiting = new WaitingPackets(4);
        var times = new List<long>();
        for (var i = 0; i < 20_000; i++)
        {
            var time = 1000L + i * 10 + random.Next(-200, 200); // processors that overtake each other
            times.Add(time);
            waiting.Add(time, (nint)time, 0);
        }
        waiting.AddBlock(0, times.Count);
        times.Sort();
        Assert.Equal(times[^1], waiting.Last);
        foreach (var time in times)
        {
            Assert.Equal(time, waiting.First);
            Assert.False(waiting.IsDone(0));
            Assert.Equal((nint)time, waiting.Take(out _));
        }
        Assert.True(waiting.IsEmpty);
        Assert.True(waiting.IsDone(0));
    }

    [Fact]
    public void Room_is_used_again_while_packets_come_and_go()
    {
        var waiting = new WaitingPackets(1);
        for (var i = 0; i < 10_000; i++)
        {
            waiting.Add(i, i, 0);
            if (i % 3 == 2)
            {
                Assert.Equal(i / 3, waiting.Take(out _));
            }
        }
    }
}
