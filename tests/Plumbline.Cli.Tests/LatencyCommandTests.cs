using System.Buffers.Binary;
using System.Net;
using System.Text.Json;
using System.Xml;
using Plumbline.Packets.Pcapng;
using Plumbline.Primitives;

namespace Plumbline.Cli.Tests;

public sealed class LatencyCommandTests : IDisposable
{
    private const string Vm = "172.16.0.11";
    private const string Peer = "172.16.0.12";
    private const long Start = 1_700_000_000_000_000_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("plt-latency-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>An Ethernet frame with a UDP datagram.</summary>
    private static byte[] Frame(string source, string destination, int number)
    {
        var frame = new byte[14 + 20 + 8 + 64];
        (frame[0], frame[6], frame[12]) = (2, 4, 8);
        frame[14] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(16), (ushort)(frame.Length - 14));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(18), (ushort)(number + 1));
        (frame[22], frame[23]) = (64, 17);
        IPAddress.Parse(source).GetAddressBytes().CopyTo(frame, 26);
        IPAddress.Parse(destination).GetAddressBytes().CopyTo(frame, 30);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(34), (ushort)(source == Vm ? 5000 : 6000));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(36), (ushort)(source == Vm ? 6000 : 5000));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(38), 72);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(42), number);
        return frame;
    }

    /// <summary>A capture of plumb's along a way: what each hop adds in nanoseconds, every so manyth packet lost behind the first hop.</summary>
    private string Write(string name, long[] delays, int packets = 400, int lostEach = 0, long back = 0, string[]? clocks = null)
    {
        var path = Path.Join(_folder, name);
        using var file = File.Create(path);
        var writer = new PcapngWriter(file, new());
        string[] kinds = ["tap", "qvb", "qvo", "nic"];
        for (var hop = 0; hop <= delays.Length; hop++)
        {
            writer.AddInterface(new()
            {
                Name = $"test-vm {kinds[hop]}",
                Comment = new HopNote
                {
                    Number = hop + 1,
                    Kind = kinds[hop],
                    Instance = "test-vm",
                    Addresses = [Vm],
                    Side = "from",
                    Clock = clocks?[hop],
                }.ToComment(),
            });
        }
        var all = new List<(long Time, int Hop, byte[] Frame)>();
        for (var i = 0; i < packets; i++)
        {
            var time = Start + i * 10_000_000L;
            var frame = Frame(Vm, Peer, i);
            all.Add((time, 0, frame));
            for (var hop = 1; hop <= delays.Length && (lostEach == 0 || i % lostEach != 0); hop++)
            {
                all.Add((time += delays[hop - 1] + i % 10 * 100, hop, frame));
            }
            for (var hop = delays.Length; back != 0 && hop >= 0; hop--)
            {
                all.Add((time += back, hop, Frame(Peer, Vm, i)));
            }
        }
        foreach (var (time, hop, frame) in all.OrderBy(p => p.Time))
        {
            writer.WritePacket(hop, time, frame, frame.Length, PacketDirection.Unknown);
        }
        for (var hop = 0; hop <= delays.Length; hop++)
        {
            writer.WriteStatistics(hop, new() { StartNanoseconds = Start - 1, EndNanoseconds = Start + packets * 10_000_000L + 5_000_000_000, Dropped = 0 });
        }
        writer.Flush();
        return path;
    }

    [Fact]
    public async Task Each_leg_is_a_line_and_the_one_that_takes_most_is_named()
    {
        var run = await CommandLine.RunAsync("latency", "--from", Write("a", [20_000, 5_000, 900_000]));
        Assert.Equal((ExitStatus.Fine, ""), (run.Status, run.Error));
        var lines = run.Output.Split('\n');
        Assert.StartsWith("1600 packets at 4 hops in 3.99", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, l => l.StartsWith("test-vm tap", StringComparison.Ordinal) && l.Contains("test-vm qvb", StringComparison.Ordinal)
            && l.Contains("20.4 µs", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("most of the delay: test-vm qvo → test-vm nic, 900 µs of 926 µs", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Losses_are_named_with_their_leg_and_marked_in_the_line_of_time()
    {
        var run = await CommandLine.RunAsync("latency", Vm, Peer, "--from", Write("a", [20_000, 5_000], lostEach: 50));
        Assert.Contains("8 (2.00 %)", run.Output, StringComparison.Ordinal);
        Assert.Contains("✗", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_later_run_is_compared_and_the_hop_that_changed_is_blamed()
    {
        var before = await CommandLine.RunAsync("latency", "--from", Write("a", [20_000, 5_000, 90_000]), "--json");
        var baseline = Path.Join(_folder, "before.json");
        await File.WriteAllTextAsync(baseline, before.Output);
        var same = await CommandLine.RunAsync("latency", "--from", Write("b", [20_000, 5_000, 90_000]), "--baseline", baseline);
        Assert.Equal(ExitStatus.Fine, same.Status);
        Assert.Contains("Nothing changed since the earlier run", same.Output, StringComparison.Ordinal);
        var slower = await CommandLine.RunAsync("latency", "--from", Write("c", [20_000, 305_000, 90_000]), "--baseline", baseline, "--json");
        Assert.Equal(ExitStatus.Findings, slower.Status);
        using var json = JsonDocument.Parse(slower.Output);
        var blamed = Assert.Single(json.RootElement.GetProperty("changes").EnumerateArray(), c => c.GetProperty("blamed").GetBoolean());
        Assert.Equal("test-vm qvb", blamed.GetProperty("from").GetString());
        Assert.Equal("slower", blamed.GetProperty("verdict")[0].GetString());
    }

    [Fact]
    public async Task Where_clocks_differ_nothing_is_concluded_about_that_leg_and_the_status_says_so()
    {
        string[] clocks = ["aaaaaaaa", "aaaaaaaa", "bbbbbbbb"]; // as mergecap joins the files of two nodes: into one section
        var before = await CommandLine.RunAsync("latency", "--from", Write("a", [20_000, 300_000], back: 100_000, clocks: clocks), "--json");
        var baseline = Path.Join(_folder, "before.json");
        await File.WriteAllTextAsync(baseline, before.Output);
        var later = Write("b", [20_000, 900_000], back: 100_000, clocks: clocks);
        var run = await CommandLine.RunAsync("latency", "--from", later, "--baseline", baseline);
        Assert.Equal(ExitStatus.Unknown, run.Status);
        Assert.Contains("no conclusion about 2 of 4 legs", run.Output, StringComparison.Ordinal);
        Assert.Contains("no conclusion: clocks of two machines", run.Output, StringComparison.Ordinal);
        Assert.Contains("both directions together: 400 µs → 1.00 ms", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("slower", run.Output, StringComparison.Ordinal);
        var slower = await CommandLine.RunAsync("latency", "--from", Write("c", [90_000, 900_000], back: 100_000, clocks: clocks), "--baseline", baseline);
        Assert.Equal(ExitStatus.Findings, slower.Status); // the other leg can be judged
    }

    [Fact]
    public async Task The_drawing_is_well_formed_and_has_a_strip_a_leg()
    {
        var svg = Path.Join(_folder, "out.svg");
        var run = await CommandLine.RunAsync("latency", "--from", Write("a", [20_000, 5_000, 900_000], lostEach: 40), "--svg", svg);
        Assert.Equal(ExitStatus.Fine, run.Status);
        var document = new XmlDocument();
        document.Load(svg);
        var text = await File.ReadAllTextAsync(svg);
        Assert.Equal(3, text.Split("class=\"frame\"").Length - 1);
        Assert.Contains("class=\"lost\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clocks_that_disagree_are_said_and_only_both_directions_together_are_told()
    {
        var run = await CommandLine.RunAsync("latency", "--from", Write("a", [-5_000_000], back: 6_000_000));
        Assert.Contains("clocks of test-vm qvb and test-vm tap disagree (by about 5.50 ms)", run.Output, StringComparison.Ordinal);
        Assert.Contains("no conclusion about one direction; both together take 1.00 ms", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_one_place_is_refused_with_what_to_do()
    {
        var run = await CommandLine.RunAsync("latency", "--from", Write("a", []));
        Assert.Equal(ExitStatus.BadInput, run.Status);
        Assert.StartsWith("error: the file has packets of one place only", run.Error, StringComparison.Ordinal);
        Assert.Contains("plumb capture --path FROM TO", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_capture_and_one_without_a_common_packet_say_so()
    {
        var empty = await CommandLine.RunAsync("latency", "--from", Write("a", [1000], packets: 0));
        Assert.Equal(ExitStatus.Fine, empty.Status);
        Assert.Contains("no packet was seen at two hops: nothing to compare", empty.Output, StringComparison.Ordinal);
        var apart = await CommandLine.RunAsync("latency", "--from", Write("b", [1000], lostEach: 1));
        Assert.Contains("no packet was seen at two hops: nothing to compare", apart.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_words_are_told_with_the_right_ones()
    {
        var file = Write("a", [1000]);
        var unknown = await CommandLine.RunAsync("latency", "vm-9", Peer, "--from", file);
        Assert.Equal(ExitStatus.BadInput, unknown.Status);
        Assert.Contains("the capture does not know \"vm-9\"", unknown.Error, StringComparison.Ordinal);
        var one = await CommandLine.RunAsync("latency", Vm, "--from", file);
        Assert.Contains("one end alone is no way", one.Error, StringComparison.Ordinal);
        var baseline = await CommandLine.RunAsync("latency", "--from", file, "--baseline", file);
        Assert.Contains("this is no answer of plumb latency --json", baseline.Error, StringComparison.Ordinal);
        var missing = await CommandLine.RunAsync("latency", "--from", Path.Join(_folder, "none"));
        Assert.Equal(ExitStatus.BadInput, missing.Status);
    }
}
