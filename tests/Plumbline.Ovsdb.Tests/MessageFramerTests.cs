using System.Text;
using Plumbline.Ovsdb.Wire;

namespace Plumbline.Ovsdb.Tests;

public sealed class MessageFramerTests
{
    private const string Tricky = """ {"a":"}{\"\\","b":{"c":["]}",{}]},"d":"\\"}{"e":{}} """;

    [Fact]
    public void Braces_in_strings_and_escaped_quotes_do_not_count()
    {
        var framer = new MessageFramer();
        var bytes = Encoding.UTF8.GetBytes(Tricky);
        var first = framer.Find(bytes);
        Assert.Equal(Tricky.IndexOf("{\"e\"", StringComparison.Ordinal), first);
        Assert.Equal(8, framer.Find(bytes.AsSpan(first)));
        Assert.Equal(0, framer.Find(bytes.AsSpan(first + 8)));
    }

    [Fact]
    public void A_stream_cut_at_any_two_bytes_gives_the_same_messages()
    {
        var bytes = Encoding.UTF8.GetBytes(Tricky);
        for (var one = 0; one <= bytes.Length; one++)
        {
            for (var two = one; two <= bytes.Length; two++)
            {
                var framer = new MessageFramer();
                var lengths = new List<int>();
                var done = 0;
                foreach (var end in (int[])[one, two, bytes.Length])
                {
                    while (framer.Find(bytes.AsSpan(done..end)) is > 0 and var length)
                    {
                        lengths.Add(length);
                        done += length;
                    }
                }
                Assert.Equal([Tricky.IndexOf("{\"e\"", StringComparison.Ordinal), 8], lengths);
            }
        }
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("  }")]
    public void Anything_but_an_object_is_refused_at_once(string text) =>
        Assert.Throws<InvalidDataException>(() => new MessageFramer().Find(Encoding.UTF8.GetBytes(text)));
}
