using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Plumbline.Packets.Pcapng;
using Plumbline.Primitives;

namespace Plumbline.Cli.Tests;

public sealed class CaptureFileTests
{
    private static readonly string _corpus = FindCorpus();

    [Fact]
    public async Task Packets_are_listed_one_a_line_and_the_filter_keeps_what_it_says()
    {
        var all = await CommandLine.RunAsync("packets", $"{_corpus}/dns.pcap");
        Assert.Equal((ExitStatus.Fine, ""), (all.Status, all.Error));
        var answers = await CommandLine.RunAsync("packets", $"{_corpus}/dns.pcap", "--filter", "src port 53", "--count", "2");
        var lines = answers.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.EndsWith("10.9.0.2 → 10.9.0.1  DNS answer A vm1.example.org, 1 record", lines[0], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.Contains(line, all.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tcpdump_s_own_filters_are_compiled_by_libpcap()
    {
        var ours = await CommandLine.RunAsync("packets", $"{_corpus}/dns.pcap", "--filter", "dst port 53");
        var theirs = await CommandLine.RunAsync("packets", $"{_corpus}/dns.pcap", "--bpf", "udp dst port 53");
        Assert.NotEqual("", ours.Output);
        Assert.Equal(ours.Output, theirs.Output);
        Assert.StartsWith("error: bad filter", (await CommandLine.RunAsync("packets", "-", "--bpf", "udp port")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Packets_as_json_are_an_object_a_line_with_the_fields_of_all_layers()
    {
        var run = await CommandLine.RunAsync("packets", $"{_corpus}/dns.pcap", "--json", "--count", "1", "--filter", "dns");
        using var packet = JsonDocument.Parse(run.Output);
        Assert.Equal(["eth", "ip", "udp", "dns"], packet.RootElement.GetProperty("layers").EnumerateArray().Select(l => l.GetProperty("protocol").GetString()));
        Assert.Contains("[\"dns.qry.name\",\"vm1.example.org\"]", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flows_tell_what_is_missing_as_text_and_json()
    {
        var text = await CommandLine.RunAsync("flows", $"{_corpus}/dhcp.pcap");
        Assert.Contains("discover ×3, offer ×3, 10.9.0.103 from 10.9.0.2 — the client did not ask for what was offered", text.Output, StringComparison.Ordinal);
        var json = await CommandLine.RunAsync("flows", $"{_corpus}/dhcp.pcap", "--json");
        using var report = JsonDocument.Parse(json.Output);
        Assert.Equal("plumbline.flows", report.RootElement.GetProperty("format").GetString());
        Assert.Equal("request", report.RootElement.GetProperty("dhcpExchanges").EnumerateArray().First().GetProperty("missing").GetString());
    }

    [Fact]
    public async Task A_gzip_file_reads_the_same_and_a_cut_one_is_listed_up_to_there()
    {
        var folder = Directory.CreateTempSubdirectory("plt-files-").FullName;
        var bytes = await File.ReadAllBytesAsync($"{_corpus}/dns.pcap");
        await using (var file = new GZipStream(File.Create($"{folder}/dns.gz"), CompressionLevel.Fastest))
        {
            await file.WriteAsync(bytes);
        }
        await File.WriteAllBytesAsync($"{folder}/cut.pcap", bytes[..^10]);
        var whole = await CommandLine.RunAsync("packets", $"{_corpus}/dns.pcap");
        Assert.Equal(whole.Output, (await CommandLine.RunAsync("packets", $"{folder}/dns.gz")).Output);
        var cut = await CommandLine.RunAsync("packets", $"{folder}/cut.pcap");
        Assert.Equal(ExitStatus.BadInput, cut.Status);
        Assert.StartsWith(cut.Output, whole.Output, StringComparison.Ordinal);
        Assert.Contains("the file ends in the middle of a packet", cut.Error, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Name_that_stands_behind_the_first_packet_is_that_packet_s_too()
    {
        var path = Path.GetTempFileName();
        try
        {
            await using (var file = File.Create(path))
            {
                var writer = new PcapngWriter(file, new() { Application = "test" });
                writer.AddInterface(new() { Name = "tap", SnapLength = 262144 });
                writer.WritePacket(0, 1, _echo, _echo.Length, PacketDirection.Inbound, null);
                writer.WriteNames([new(IPAddress.Parse("172.16.0.10"), "test-vm")]);
                writer.Flush();
            }
            var run = await CommandLine.RunAsync("packets", path, "--filter", "vm test-vm");
            Assert.Contains("test-vm → 172.16.0.1  ICMP echo request", run.Output, StringComparison.Ordinal);
            Assert.StartsWith("1 packet, 42 B, ", (await CommandLine.RunAsync("flows", path)).Output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Made: an echo request of 172.16.0.10 to 172.16.0.1, id 7, seq 1.</summary>
    private static readonly byte[] _echo = Convert.FromHexString(
        "fa163e000001fa163e0000100800" + "4500001c0000400040010000ac10000aac100001" + "0800f7f700070001");

    [Theory]
    [InlineData("packets", "/nowhere/at/all.pcap", "cannot open the capture file")]
    [InlineData("flows", "/nowhere/at/all.pcap", "cannot open the capture file")]
    [InlineData("packets", "/etc/passwd", "not a capture file")]
    [InlineData("flows", "/etc/passwd", "not a capture file")]
    public async Task A_file_that_cannot_be_read_is_told(string command, string path, string what)
    {
        var run = await CommandLine.RunAsync(command, path);
        Assert.Equal((ExitStatus.BadInput, ""), (run.Status, run.Output));
        Assert.StartsWith($"error: {what}", run.Error, StringComparison.Ordinal);
        Assert.Contains($"\n  where: {path}", run.Error, StringComparison.Ordinal);
    }

    private static string FindCorpus()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Plumbline.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("not within the repository");
        }
        return Path.Combine(folder, "tests/Plumbline.Packets.Tests/Corpus");
    }
}
