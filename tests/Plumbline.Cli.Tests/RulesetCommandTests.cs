using System.Text.Json;
using Plumbline.Primitives;

namespace Plumbline.Cli.Tests;

/// <summary>reach, diff --semantic, check --firewall and check --intent: text, JSON, errors and exit status.</summary>
public sealed class RulesetCommandTests : IDisposable
{
    private const string Tap = "tap01234567-89";

    private static readonly string _rules = $"""
        *filter
        :INPUT ACCEPT [0:0]
        :FORWARD ACCEPT [0:0]
        :OUTPUT ACCEPT [0:0]
        :neutron-openvswi-FORWARD - [0:0]
        :neutron-openvswi-i01234567-8 - [0:0]
        :neutron-openvswi-o01234567-8 - [0:0]
        :neutron-openvswi-s01234567-8 - [0:0]
        :neutron-openvswi-sg-chain - [0:0]
        :neutron-openvswi-sg-fallback - [0:0]
        -A FORWARD -j neutron-openvswi-FORWARD
        -A neutron-openvswi-FORWARD -m physdev --physdev-out {Tap} --physdev-is-bridged -j neutron-openvswi-sg-chain
        -A neutron-openvswi-FORWARD -m physdev --physdev-in {Tap} --physdev-is-bridged -j neutron-openvswi-sg-chain
        -A neutron-openvswi-sg-chain -m physdev --physdev-out {Tap} --physdev-is-bridged -j neutron-openvswi-i01234567-8
        -A neutron-openvswi-sg-chain -m physdev --physdev-in {Tap} --physdev-is-bridged -j neutron-openvswi-o01234567-8
        -A neutron-openvswi-sg-chain -j ACCEPT
        -A neutron-openvswi-i01234567-8 -m state --state RELATED,ESTABLISHED -j RETURN
        -A neutron-openvswi-i01234567-8 -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j RETURN
        -A neutron-openvswi-i01234567-8 -p icmp -j RETURN
        -A neutron-openvswi-i01234567-8 -j neutron-openvswi-sg-fallback
        -A neutron-openvswi-o01234567-8 -j neutron-openvswi-s01234567-8
        -A neutron-openvswi-s01234567-8 -s 10.1.0.5/32 -m mac --mac-source FA:16:3E:00:00:05 -j RETURN
        -A neutron-openvswi-s01234567-8 -j DROP
        -A neutron-openvswi-sg-fallback -j DROP
        COMMIT

        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("plt-rules-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Reach_lists_each_class_with_its_rule_and_a_packet()
    {
        var run = await CommandLine.RunAsync("reach", Tap, "--from", Write("a", _rules));
        Assert.Equal(ExitStatus.Fine, run.Status);
        Assert.Contains(
            "    tcp to port 22 from 10.0.0.0/8\n        by filter neutron-openvswi-i01234567-8 rule 2: -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j RETURN\n",
            run.Output, StringComparison.Ordinal);
        Assert.Contains("    replies of open connections: pass\n", run.Output, StringComparison.Ordinal);
        var narrow = await CommandLine.RunAsync("reach", Tap, "--proto", "tcp/443", "--direction", "in", "--from", Write("a", _rules));
        Assert.Contains("    nothing new\n", narrow.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("it can reach", narrow.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reach_as_json_has_boxes_and_examples()
    {
        var run = await CommandLine.RunAsync("reach", Tap, "--json", "--from", Write("a", _rules));
        using var document = JsonDocument.Parse(run.Output);
        Assert.Equal("plumbline.reach", document.RootElement.GetProperty("format").GetString());
        var incoming = document.RootElement.GetProperty("ports")[0].GetProperty("incoming");
        Assert.Equal("all", incoming.GetProperty("replies").GetString());
        var ssh = incoming.GetProperty("classes").EnumerateArray().Single(c => c.GetProperty("number").GetInt32() == 2);
        Assert.Equal("10.0.0.0/8", ssh.GetProperty("packets")[0].GetProperty("sources")[0].GetString());
        Assert.Equal(22, ssh.GetProperty("example").GetProperty("destinationPort").GetInt32());
        Assert.False(incoming.TryGetProperty("notProved", out _));
    }

    [Fact]
    public async Task Reach_with_v_tells_the_command_that_confirms_each_class()
    {
        var file = Write("a", _rules);
        var run = await CommandLine.RunAsync("reach", Tap, "-v", "--from", file);
        var asks = run.Output.Split('\n').Where(l => l.StartsWith("        ask: ", StringComparison.Ordinal)).Select(l => l[13..]).ToList();
        Assert.True(asks.Count >= 3, run.Output);
        using var document = JsonDocument.Parse((await CommandLine.RunAsync("reach", Tap, "--json", "--from", file)).Output);
        var port = document.RootElement.GetProperty("ports")[0];
        var classes = new[] { "incoming", "outgoing" }.SelectMany(w => port.GetProperty(w).GetProperty("classes").EnumerateArray()).ToList();
        Assert.Equal(asks, classes.Select(c => c.GetProperty("ask").GetString()));
        foreach (var (ask, reached) in asks.Zip(classes))
        {
            Assert.StartsWith($"plumb verdict {Tap} --", ask, StringComparison.Ordinal);
            var verdict = await CommandLine.RunAsync(ask.Split(' ')[1..]);
            Assert.Equal(ExitStatus.Fine, verdict.Status);
            Assert.Contains(
                $" {reached.GetProperty("chain").GetString()} {reached.GetProperty("number").GetInt32()}: ", verdict.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("--proto", "nonsense/1")]
    [InlineData("--proto", "tcp/70000")]
    [InlineData("--proto", "tcp/90-80")]
    [InlineData("--direction", "sideways")]
    public async Task Reach_refuses_what_makes_no_sense_with_2(params string[] wrong)
    {
        var run = await CommandLine.RunAsync(["reach", Tap, "--from", Write("a", _rules), .. wrong]);
        Assert.Equal(ExitStatus.BadInput, run.Status);
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Output);
    }

    [Fact]
    public async Task Reach_of_a_port_that_is_not_there_ends_with_2()
    {
        var run = await CommandLine.RunAsync("reach", "tapffffffff-ff", "--from", Write("a", _rules));
        Assert.Equal(ExitStatus.BadInput, run.Status);
        Assert.Contains("\n  fix:   ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--dport 22 -j", "--dport 22:23 -j")]
    [InlineData("10.0.0.0/8", "10.0.0.0/9")]
    [InlineData("-p icmp -j RETURN", "-p udp -j DROP")]
    [InlineData(":FORWARD ACCEPT", ":FORWARD DROP")]
    [InlineData("-A neutron-openvswi-sg-chain -j ACCEPT", "-A neutron-openvswi-sg-chain -j DROP")]
    public async Task A_difference_names_both_rules_and_plumb_verdict_confirms_it(string old, string replaced)
    {
        var (first, second) = (Write("a", _rules), Write("b", _rules.Replace(old, replaced, StringComparison.Ordinal)));
        var run = await CommandLine.RunAsync("diff", first, second, "--semantic", "--json");
        Assert.Equal(ExitStatus.Findings, run.Status);
        using var document = JsonDocument.Parse(run.Output);
        var differences = document.RootElement.GetProperty("families")[0].GetProperty("differences").EnumerateArray().ToList();
        Assert.NotEmpty(differences);
        foreach (var difference in differences)
        {
            foreach (var (does, by, ask) in new[] { ("first", "firstBy", "askFirst"), ("second", "secondBy", "askSecond") })
            {
                var line = difference.GetProperty(ask).GetString()!;
                Assert.StartsWith("plumb verdict --from ", line, StringComparison.Ordinal);
                var verdict = await CommandLine.RunAsync([.. line.Split(' ')[1..], "--json"]);
                using var answer = JsonDocument.Parse(verdict.Output);
                Assert.Equal(
                    difference.GetProperty(does).GetString()!.ToLowerInvariant(), answer.RootElement.GetProperty("verdict").GetString());
                var (named, decided) = (difference.GetProperty(by), answer.RootElement.GetProperty("decidedBy"));
                Assert.Equal(named.GetProperty("chain").GetString(), decided.GetProperty("chain").GetString());
                Assert.Equal(
                    named.TryGetProperty("number", out var number) ? number.GetInt32() : 0,
                    decided.TryGetProperty("number", out var other) ? other.GetInt32() : 0);
            }
        }
    }

    [Fact]
    public async Task Differences_as_text_have_the_command_lines_that_confirm_them()
    {
        var second = Write("b", _rules.Replace("10.0.0.0/8", "10.0.0.0/9", StringComparison.Ordinal));
        var run = await CommandLine.RunAsync("diff", Write("a", _rules), second, "--semantic");
        Assert.Equal(ExitStatus.Findings, run.Status);
        Assert.StartsWith("IPv4: 1 difference\n  filter FORWARD\n", run.Output, StringComparison.Ordinal);
        Assert.Contains(
            "    A: ACCEPT, by filter neutron-openvswi-i01234567-8 rule 2: -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j RETURN\n"
            + "    B: DROP, by filter neutron-openvswi-sg-fallback rule 1: -j DROP\n      tcp to port 22 from 10.128.0.0/9\n",
            run.Output, StringComparison.Ordinal);
        Assert.Contains($"\n      plumb verdict --from {second} --hook forward ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rulesets_that_mean_the_same_end_with_0()
    {
        var second = _rules.Replace(
            "-s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j RETURN",
            "-s 10.0.0.0/9 -p tcp -m tcp --dport 22 -j RETURN\n-A neutron-openvswi-i01234567-8 -s 10.128.0.0/9 -p tcp -m tcp --dport 22 -j RETURN",
            StringComparison.Ordinal);
        var run = await CommandLine.RunAsync("diff", Write("a", _rules), Write("b", second), "--semantic");
        Assert.Equal((ExitStatus.Fine, "IPv4: the same for every packet\n"), (run.Status, run.Output));
    }

    [Fact]
    public async Task Both_families_are_compared()
    {
        const string Six = "# Generated by ip6tables-save v1.8.9\n*filter\n:FORWARD DROP [0:0]\n-A FORWARD -s fd00:1::/64 -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n";
        var run = await CommandLine.RunAsync(
            "diff", Write("a", Six), Write("b", Six.Replace("fd00:1::", "fd00:2::", StringComparison.Ordinal)), "--semantic");
        Assert.Equal(ExitStatus.Findings, run.Status);
        Assert.Contains("IPv6: 2 differences\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("tcp to port 22 from fd00:1::/64", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_that_could_not_be_read_are_no_proof()
    {
        var text = Write("a", _rules.Replace("-p icmp -j RETURN", "-s 10.0.0.300 -j RETURN", StringComparison.Ordinal));
        var run = await CommandLine.RunAsync("diff", text, text, "--semantic");
        Assert.Equal(ExitStatus.Findings, run.Status);
        Assert.Contains("not all was decided", run.Output, StringComparison.Ordinal);
        Assert.Contains("could not be read", run.Output, StringComparison.Ordinal);
        var check = await CommandLine.RunAsync("check", "--firewall", "--from", text);
        Assert.Contains("not proved: 1 line could not be read: line ", check.Output, StringComparison.Ordinal);
        var intent = Path.Join(_folder.FullName, "intent.yaml");
        await File.WriteAllTextAsync(intent, $"assertions:\n  - deny: tcp/443\n    ports: {Tap}\n");
        var held = await CommandLine.RunAsync("check", "--intent", intent, "--from", text);
        Assert.Equal(ExitStatus.Findings, held.Status);
        Assert.Contains("\n    not proved: 1 line could not be read: line ", held.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_that_do_nothing_are_listed_with_why_and_end_with_1()
    {
        const string Text = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:lonely - [0:0]\n-A FORWARD -s 10.0.0.0/9 -j DROP\n"
            + "-A FORWARD -s 10.128.0.0/9 -j DROP\n-A FORWARD -s 10.0.0.0/8 -j ACCEPT\n-A FORWARD -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n";
        var run = await CommandLine.RunAsync("check", "--firewall", "--from", Write("a", Text));
        Assert.Equal(ExitStatus.Findings, run.Status);
        Assert.Contains("  shadowed: filter FORWARD rule 3: -s 10.0.0.0/8 -j ACCEPT\n      rules 1, 2 of the chain take all its packets, and do something else\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("  unused chain: filter lonely\n", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("(hint)", run.Output, StringComparison.Ordinal);
        var hints = await CommandLine.RunAsync("check", "--firewall", "--hints", "--from", Write("a", Text), "--json");
        using var document = JsonDocument.Parse(hints.Output);
        Assert.Equal("plumbline.firewall-check", document.RootElement.GetProperty("format").GetString());
        var findings = document.RootElement.GetProperty("rulesets")[0].GetProperty("findings").EnumerateArray().ToList();
        var correlated = findings.First(f => f.GetProperty("kind").GetString() == "Correlated");
        Assert.Equal(4, correlated.GetProperty("number").GetInt32());
        Assert.Equal(22, correlated.GetProperty("witness").GetProperty("destinationPort").GetInt32());
    }

    [Fact]
    public async Task Rules_that_all_matter_end_with_0()
    {
        var run = await CommandLine.RunAsync(
            "check", "--firewall", "--from", Write("a", "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n"));
        Assert.Equal((ExitStatus.Fine, "IPv4: 1 rule, 0 findings\n"), (run.Status, run.Output));
    }

    [Fact]
    public async Task A_sentence_that_does_not_hold_fails_with_a_packet_and_1()
    {
        var rules = Write("a", _rules);
        var good = Write("good.yaml", $"assertions:\n  - name: ssh is for us\n    ports: {Tap}\n    deny: tcp/22\n    except: 10.0.0.0/8\n    family: ipv4\n");
        var holds = await CommandLine.RunAsync("check", "--intent", good, "--from", rules);
        Assert.Equal((ExitStatus.Fine, "holds: ssh is for us  (1 proved)\n"), (holds.Status, holds.Output));
        var bad = Write("bad.yaml", "groups:\n  app: [10.1.0.0/24]\nassertions:\n  - deny: tcp/22\n    except: app\n    family: ipv4\n");
        var fails = await CommandLine.RunAsync("check", "--intent", bad, "--from", rules);
        Assert.Equal(ExitStatus.Findings, fails.Status);
        Assert.StartsWith("FAILS: ", fails.Output, StringComparison.Ordinal);
        Assert.Contains($"    gets to {Tap}: tcp 10.", fails.Output, StringComparison.Ordinal);
        var json = await CommandLine.RunAsync("check", "--intent", bad, "--from", rules, "--json");
        using var document = JsonDocument.Parse(json.Output);
        Assert.Equal("plumbline.intent", document.RootElement.GetProperty("format").GetString());
        var assertion = document.RootElement.GetProperty("assertions")[0];
        Assert.False(assertion.GetProperty("holds").GetBoolean());
        Assert.Equal(22, assertion.GetProperty("violations")[0].GetProperty("packet").GetProperty("destinationPort").GetInt32());
    }

    [Theory]
    [InlineData("assertions:\n  - deny: tcp/22\n    excpet: app\n", "excpet")]
    [InlineData("assertions:\n  - deny: tcp/22\n    allow: tcp/22\n", "either deny or allow")]
    [InlineData("assertions:\n  - deny: tpc/22\n", "tpc")]
    [InlineData("groups: {}\n", "assertions")]
    [InlineData("assertions:\n  - deny: tcp/22\n    except: nobody-knows-it\n", "nobody-knows-it")]
    public async Task A_file_of_sentences_that_is_wrong_ends_with_2_and_says_where(string yaml, string named)
    {
        var run = await CommandLine.RunAsync("check", "--intent", Write("wrong.yaml", yaml), "--from", Write("a", _rules));
        Assert.Equal(ExitStatus.BadInput, run.Status);
        Assert.Contains(named, run.Error, StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
