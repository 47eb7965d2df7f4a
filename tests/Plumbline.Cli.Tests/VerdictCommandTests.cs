using System.Text.Json;
using Plumbline.Primitives;
using Plumbline.Testing;

namespace Plumbline.Cli.Tests;

/// <summary><c>plumb verdict</c> on the recorded node and on rules alone: one answer, its reason, one exit status each.</summary>
public sealed class VerdictCommandTests
{
    private const string Port = "6ef565e0";
    private const string Rules =
        """
        *filter
        :INPUT ACCEPT [0:0]
        :FORWARD DROP [7:420]
        :OUTPUT ACCEPT [0:0]
        -A FORWARD -m physdev --physdev-in tapa --physdev-is-bridged -p tcp -m tcp --dport 22 -m limit --limit 3/min -j ACCEPT
        -A FORWARD -m set --match-set office src -j ACCEPT
        -A FORWARD -m physdev --physdev-in tapb -j RETURN
        -A INPUT -m physdev --physdev-in tapa --physdev-is-bridged -j DROP
        COMMIT

        """;

    [SkippableTheory]
    [InlineData("tapc0a350e0-43")]
    [InlineData("c0a350e0")]
    [InlineData("192.168.1.12")]
    [InlineData("fa:16:3e:c3:ea:d5")]
    [InlineData(null)]
    public async Task A_port_that_only_the_rules_name_is_found_beside_other_listings(string? target)
    {
        // the second article's page: brctl show and ip link of one port, and its chains
        var article = SharedFiles.Require("seeds/004_80fcc15f90f8bbdf.txt");
        string[] asked = target is null ? ["verdict"] : ["verdict", target];
        var dropped = await CommandLine.RunAsync([.. asked, "--from", article, "--in", "-p", "tcp", "--dport", "22"]);
        Assert.Equal(ExitStatus.Findings, dropped.Status);
        Assert.Contains("neutron-openvswi-sg-fallback", dropped.Output, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(ExitStatus.Fine, "ACCEPT  tcp 198.51.100.7:40000 -> 10.1.0.11:22 SYN", "neutron-openvswi-i6ef565e0-4, rule 4 of 8: RETURN",
        "--in", "-p", "tcp", "--dport", "22")]
    [InlineData(ExitStatus.Findings, "DROP  tcp 203.0.113.7:1024 -> 10.1.0.11:80 SYN", "neutron-openvswi-sg-fallback, rule 1 of 1: DROP",
        "--in", "--proto", "6", "--port", "80", "--from", "203.0.113.7", "--sport", "1024")]
    [InlineData(ExitStatus.Fine, "ACCEPT  tcp 203.0.113.7:40000 -> 10.1.0.11:80", "neutron-openvswi-i6ef565e0-4, rule 1 of 8: RETURN",
        "--direction", "in", "-p", "tcp", "--dport", "80", "-s", "203.0.113.7", "--state", "established")]
    [InlineData(ExitStatus.Findings, "DROP  udp 10.9.9.9:40000 -> 198.51.100.7:53", "neutron-openvswi-s6ef565e0-4, rule 2 of 2: DROP",
        "--out", "-p", "udp", "--dport", "53", "--src", "10.9.9.9")]
    [InlineData(ExitStatus.Findings, "DROP  icmp 10.1.0.11 -> 8.8.8.8 type 8 code 0", "neutron-openvswi-s6ef565e0-4, rule 2 of 2: DROP",
        "--out", "--to", "8.8.8.8", "--icmp-type", "ping", "--mac", "02:00:00:00:00:99")]
    [InlineData(ExitStatus.Findings, "DROP  udp 10.1.0.11:67 -> 255.255.255.255:68", "neutron-openvswi-o6ef565e0-4, rule 4 of",
        "--out", "-p", "udp", "--sport", "67", "--dport", "68", "-d", "255.255.255.255")]
    [InlineData(ExitStatus.Fine, "ACCEPT  ipv6-icmp 2001:db8::7 -> fd01:b1e::f816:3eff:fe4c:21be type 128 code 0",
        "neutron-openvswi-i6ef565e0-4, rule 9 of 11: RETURN", "--in", "-6", "--icmp-type", "echo-request")]
    [InlineData(ExitStatus.Findings, "DROP  ipv6-icmp fe80::1 -> ff02::1 type 134 code 0", "DROP",
        "--out", "--src", "fe80::1", "--dst", "ff02::1", "-p", "icmp", "--icmp-type", "router-advertisement")]
    public async Task The_answer_is_one_line_with_the_rule_that_decided_and_the_exit_status(
        ExitStatus status, string answer, string decided, params string[] packet)
    {
        var run = await CommandLine.RunAsync(["verdict", "--from", Node(), Port, .. packet]);
        Assert.Equal(("", status), (run.Error, run.Status));
        var lines = run.Output.Split('\n');
        Assert.StartsWith(answer, lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, l => l.StartsWith("  decided by ", StringComparison.Ordinal) && l.Contains(decided, StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_frame_of_a_capture_is_the_packet_and_options_change_it()
    {
        var pcap = Path.Combine(SharedFiles.RepositoryRoot, "tests/Plumbline.Packets.Tests/Corpus/dns.pcap");
        var asked = await CommandLine.RunAsync("verdict", "--from", Node(), Port, "--in", "--pcap", pcap, "--frame", "3");
        Assert.Equal(ExitStatus.Findings, asked.Status);
        Assert.StartsWith("DROP  udp 10.9.0.1:49053 -> 10.9.0.2:53\n", asked.Output, StringComparison.Ordinal);
        var other = await CommandLine.RunAsync(
            "verdict", "--from", Node(), Port, "--in", "--pcap", pcap, "--frame", "3", "--state", "established");
        Assert.Equal(ExitStatus.Fine, other.Status);

        var arp = await CommandLine.RunAsync("verdict", "--from", Node(), Port, "--in", "--pcap", pcap);
        Assert.Equal(ExitStatus.BadInput, arp.Status);
        Assert.Contains("it is ARP, which iptables never sees", arp.Error, StringComparison.Ordinal);
        var beyond = await CommandLine.RunAsync("verdict", "--from", Node(), Port, "--in", "--pcap", pcap, "--frame", "100");
        Assert.Contains("error: no such frame", beyond.Error, StringComparison.Ordinal);
        Assert.Contains("the file has 14", beyond.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Rules_of_input_that_want_a_bridged_packet_are_told_as_dead()
    {
        var run = await CommandLine.RunAsync("verdict", "--from", Node(), Port, "--hook", "input", "-p", "tcp", "--dport", "22");
        Assert.Equal(ExitStatus.Fine, run.Status);
        Assert.Contains("dead rules\n  7 rules on this way want --physdev-is-bridged", run.Output, StringComparison.Ordinal);
        using var file = new RulesFile(Rules);
        var alone = await CommandLine.RunAsync("verdict", "--from", file.Path, "--physdev-in", "tapa", "--hook", "input");
        Assert.Equal(ExitStatus.Fine, alone.Status);
        Assert.Contains("dead rules\n  1 rule on this way wants --physdev-is-bridged", alone.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_rules_alone_do_not_tell_makes_it_depend_with_each_way_shown()
    {
        using var file = new RulesFile(Rules);
        var run = await CommandLine.RunAsync(
            "verdict", "--from", file.Path, "--physdev-in", "tapa", "--physdev-out", "qvba", "-p", "tcp", "--dport", "22");
        Assert.Equal(ExitStatus.Findings, run.Status);
        Assert.StartsWith("DEPENDS  tcp 198.51.100.7:40000 -> 198.51.100.8:22 SYN\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("  depends on limit: at most 3/min, burst 5\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("  depends on members of set office, which was not shown\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("way 1: ACCEPT\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("way 3: DROP\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_unknown_rule_would_not_change_is_no_dependency()
    {
        using var file = new RulesFile(Rules.Replace(":FORWARD DROP", ":FORWARD ACCEPT", StringComparison.Ordinal));
        var run = await CommandLine.RunAsync(
            "verdict", "--from", file.Path, "--physdev-in", "tapa", "--physdev-out", "qvba", "-p", "tcp", "--dport", "22");
        Assert.Equal(ExitStatus.Fine, run.Status);
        Assert.StartsWith("ACCEPT  ", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("depends on", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ip6tables_rules_that_nobody_showed_are_not_taken_for_none()
    {
        using var file = new RulesFile(Rules);
        var run = await CommandLine.RunAsync("verdict", "--from", file.Path, "--physdev-in", "tapa", "-6", "-p", "tcp", "--dport", "22");
        Assert.Equal(ExitStatus.Findings, run.Status);
        Assert.Contains("depends on IPv6 rules, which were not shown", run.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Json_says_the_same_with_every_step()
    {
        var run = await CommandLine.RunAsync("verdict", "--json", "--from", Node(), Port, "--in", "-p", "tcp", "--dport", "80");
        Assert.Equal(ExitStatus.Findings, run.Status);
        using var document = JsonDocument.Parse(run.Output);
        var root = document.RootElement;
        Assert.Equal("plumbline.verdict", root.GetProperty("format").GetString());
        Assert.Equal("drop", root.GetProperty("verdict").GetString());
        Assert.Equal(80, root.GetProperty("packet").GetProperty("destinationPort").GetInt32());
        var decided = root.GetProperty("decidedBy");
        Assert.Equal(("neutron-openvswi-sg-fallback", 1),
            (decided.GetProperty("chain").GetString(), decided.GetProperty("number").GetInt32()));
        var course = Assert.Single(root.GetProperty("courses").EnumerateArray());
        Assert.Equal(4099, course.GetProperty("zone").GetInt32());
        Assert.Equal("dropped", course.GetProperty("steps").EnumerateArray().Last().GetProperty("event").GetString());
        Assert.Contains(root.GetProperty("nearMisses").EnumerateArray(), m => m.GetProperty("wants").GetString() == "destination port 22, not 80");
    }

    [SkippableFact]
    public async Task Where_bridged_packets_are_not_filtered_that_comes_first()
    {
        var folder = Directory.CreateTempSubdirectory("plt-verdict-").FullName;
        foreach (var file in Directory.EnumerateFiles(Node(), "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(Node(), file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            var text = await File.ReadAllTextAsync(file);
            await File.WriteAllTextAsync(copy, text
                .Replace("bridge-nf-call-iptables = 1", "bridge-nf-call-iptables = 0", StringComparison.Ordinal));
        }
        var run = await CommandLine.RunAsync("verdict", "--from", folder, Port, "--in", "-p", "tcp", "--dport", "80");
        Directory.Delete(folder, recursive: true);
        Assert.Equal(ExitStatus.Fine, run.Status);
        Assert.StartsWith("ACCEPT  ", run.Output, StringComparison.Ordinal);
        Assert.Contains("not consulted at all: net.bridge.bridge-nf-call-iptables = 0", run.Output, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("nothing here is called \"nosuch\"", "nosuch", "--in")]
    [InlineData("no protocol \"foo\"", Port, "--proto", "foo")]
    [InlineData("\"99999\" is no number from 0 to 65535", Port, "-p", "tcp", "--dport", "99999")]
    [InlineData("a packet goes one way", Port, "--in", "--out")]
    [InlineData("a frame of which file?", Port, "--frame", "3")]
    [InlineData("ICMP has no ports", Port, "-p", "icmp", "--dport", "80")]
    [InlineData("only ICMP has types", Port, "-p", "tcp", "--icmp-type", "8")]
    [InlineData("no ICMP type \"pong!\"", Port, "--icmp-type", "pong!")]
    [InlineData("no TCP flags \"sin\"", Port, "-p", "tcp", "--tcp-flags", "sin")]
    [InlineData("\"fa:16\" is no Ethernet address", Port, "--mac", "fa:16")]
    [InlineData("\"maybe\" is none of them", Port, "--state", "maybe")]
    [InlineData("are of two families", Port, "--src", "10.0.0.1", "--dst", "fd00::1")]
    [InlineData("cannot read \"/nowhere.pcap\"", Port, "--pcap", "/nowhere.pcap")]
    [InlineData("neither a TARGET nor a device", "-p", "tcp")]
    public async Task A_question_that_makes_no_sense_is_refused_with_what_to_do(string what, params string[] question)
    {
        var run = await CommandLine.RunAsync(["verdict", "--from", Node(), .. question]);
        Assert.Equal((ExitStatus.BadInput, ""), (run.Status, run.Output));
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(what, run.Error.Split('\n')[0], StringComparison.Ordinal);
    }

    private static string Node() => SharedFiles.Require("cases/neutron-node/states/sg-rules/cmp1");

    private sealed class RulesFile : IDisposable
    {
        public RulesFile(string text)
        {
            Path = System.IO.Path.GetTempFileName();
            File.WriteAllText(Path, text);
        }

        public string Path { get; }

        public void Dispose() => File.Delete(Path);
    }
}
