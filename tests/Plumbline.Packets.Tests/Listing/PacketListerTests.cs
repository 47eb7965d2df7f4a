using System.Net;
using System.Text;
using Plumbline.Packets.Listing;
using Plumbline.Packets.Pcapng;
using Plumbline.Packets.Tests.Dissection;

namespace Plumbline.Packets.Tests.Listing;

public sealed class PacketListerTests
{
    [Fact]
    public void The_quick_way_says_what_the_summary_says()
    {
        var names = new Dictionary<IPAddress, string> { [IPAddress.Parse("10.9.0.1")] = "test-\evm", [IPAddress.Parse("fd00::2")] = "других" };
        var lister = new PacketLister(TimeZoneInfo.Utc);
        lister.SetNames(names);
        var line = new LineBuffer();
        foreach (var whole in Samples.Captured.Concat(Samples.Made))
        {
            foreach (var frame in new[] { whole, whole[..Math.Min(whole.Length, 50)], whole[..Math.Min(whole.Length, 60)] })
            {
                var packet = new PacketView { Interface = 0, Data = frame, OriginalLength = whole.Length, LinkType = 1 };
                FrameHeaders.Read(frame, 1, out var headers);
                line.Clear();
                lister.AppendSummary(line, packet, headers);
                Assert.Equal(PacketSummary.Of(frame, names).ToString(), Encoding.UTF8.GetString(line.Written));
            }
        }
    }

    [Theory]
    [InlineData(1_700_000_000_123_456_789, "22:13:20.123456789")]
    [InlineData(0L, "00:00:00.000000000")]
    [InlineData(null, "--:--:--.---------")]
    public void Time_is_told_to_the_nanosecond(long? nanoseconds, string text)
    {
        var line = new LineBuffer();
        new PacketLister(TimeZoneInfo.Utc).AppendTime(line, nanoseconds);
        Assert.Equal(text, Encoding.UTF8.GetString(line.Written));
    }
}
