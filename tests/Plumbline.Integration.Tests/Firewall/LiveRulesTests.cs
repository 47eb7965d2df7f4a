using System.Globalization;
using System.Text;
using Plumbline.Iptables;
using Plumbline.Node;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Firewall;

/// <summary>
/// What packets by a few devices can meet, read from the kernel chain by chain, beside iptables-save of the same
/// machine.
/// </summary>
public sealed class LiveRulesTests
{
    private const string Unknown = "-A FORWARD -m u32 --u32 \"0x4&0x3fff=0x2000\" -j DROP";

    [SkippableTheory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Rules_about_chosen_devices_keep_number_words_and_counters(bool isIPv6, bool hasUnknown)
    {
        RealTables.SkipUnlessInstalled();
        using var tables = new RealTables(isIPv6, "nft");
        Assert.Null(tables.Load(Rules(hasUnknown ? Unknown : null), "-c"));

        var read = await ReadAsync(tables, isIPv6, "tap1", "qvb1");

        AssertIsPartOf(tables.SaveCounted(), read, ["tap1", "qvb1"]);
        // ip6tables-restore of 1.8.9 takes no counters
        var (few, more) = isIPv6 ? ("[0:0]", "[0:0]") : ("[5:500]", "[17:1700]");
        Assert.Contains($"{few} -A sg-chain -m physdev --physdev-out tap1 ", read, StringComparison.Ordinal);
        Assert.Contains($"{more} -A i1 ", read, StringComparison.Ordinal);
        Assert.Contains(":i2 - [0:0]", read, StringComparison.Ordinal);
        Assert.DoesNotContain(" -A i2 ", read, StringComparison.Ordinal);
        Assert.Equal(hasUnknown, read.Contains("--u32", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_rule_that_nft_made_is_read_as_iptables_reads_it()
    {
        RealTables.SkipUnlessInstalled();
        Root.SkipUnlessInstalled("nft");
        using var tables = new RealTables(false, "nft");
        Assert.Null(tables.Load(Rules(null), "-c"));
        Assert.Null(tables.LoadNative(
            """
            add rule ip filter FORWARD iifname "eth9" tcp dport 22 counter accept comment "by hand"
            add rule ip filter FORWARD counter ip saddr 1.2.3.4 accept
            add rule ip filter i1 ip protocol udp udp dport 53 drop
            """));

        var read = await ReadAsync(tables, false, "tap1", "eth9");

        AssertIsPartOf(tables.SaveCounted(), read, ["tap1", "eth9"]);
        Assert.Contains("--comment \"by hand\" -j ACCEPT", read, StringComparison.Ordinal);
        Assert.Contains("-A FORWARD -s 1.2.3.4/32 -j ACCEPT", read, StringComparison.Ordinal);
        Assert.Contains("-A i1 -p udp -m udp --dport 53 -j DROP", read, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Rules_that_change_while_they_are_read_are_read_whole_or_not_at_all()
    {
        RealTables.SkipUnlessInstalled();
        using var tables = new RealTables(false, "nft");
        Assert.Null(tables.Load(Rules(null), "-c"));
        using var end = new CancellationTokenSource();
        // two rules that come and go together
        var change = Task.Run(
            () =>
            {
                for (var i = 0; !end.IsCancellationRequested; i++)
                {
                    var action = i % 2 == 0 ? "-A" : "-D";
                    var both = $"{action} i1 -s 10.9.9.9 -j DROP\n{action} FORWARD -s 10.9.9.9 -j DROP\n";
                    tables.Load($"*filter\n{both}COMMIT\n", "-n");
                }
            },
            CancellationToken.None);
        for (var i = 0; i < 40; i++)
        {
            var read = await ReadAsync(tables, false, "tap1");
            Assert.True(read.Split("10.9.9.9").Length is 1 or 3, read);
        }
        await end.CancelAsync();
        await change;
    }

    private static async Task<string> ReadAsync(RealTables tables, bool isIPv6, params string[] devices)
    {
        var snapshot = new NodeSnapshot { TakenAt = DateTimeOffset.UnixEpoch };
        var read = await LiveNode.ReadRulesAsync(
            new NodeAccess { NamespaceFile = tables.Path },
            snapshot,
            [new("", isIPv6, devices.ToHashSet(StringComparer.Ordinal))],
            CancellationToken.None);
        return Assert.Single(read.Firewall, f => f.Tool == (isIPv6 ? "ip6tables-save" : "iptables-save")).Text;
    }

    /// <summary>
    /// Each rule that was read is the one with that number in that chain; each left out asks for another device.
    /// </summary>
    private static void AssertIsPartOf(string whole, string part, string[] devices)
    {
        Assert.Empty(RulesetParser.ParseSave(part).Errors);
        var all = ByChain(whole);
        foreach (var (chain, rules) in ByChain(part))
        {
            var real = all[chain];
            Assert.Equal(real.Count, rules.Count);
            for (var i = 0; i < rules.Count; i++)
            {
                if (rules[i].EndsWith(" -i /", StringComparison.Ordinal))
                {
                    Assert.Matches("(-i|-o|--physdev-in|--physdev-out) [a-z]", real[i]);
                    Assert.DoesNotContain(devices, d => real[i].Contains($" {d} ", StringComparison.Ordinal));
                }
                else
                {
                    Assert.Equal(real[i], rules[i]);
                }
            }
        }
    }

    private static Dictionary<(string Table, string Chain), List<string>> ByChain(string text)
    {
        var chains = new Dictionary<(string, string), List<string>>();
        var table = "";
        foreach (var line in text.Split('\n'))
        {
            table = line.StartsWith('*') ? line[1..] : table;
            if (line.Split(' ') is [_, "-A", var chain, ..])
            {
                (chains.TryGetValue((table, chain), out var rules) ? rules : chains[(table, chain)] = []).Add(line);
            }
        }
        return chains;
    }

    /// <summary>As Neutron has them, for twenty devices.</summary>
    private static string Rules(string? more)
    {
        var text = new StringBuilder("*raw\n:PREROUTING ACCEPT [1:100]\n");
        for (var n = 0; n < 20; n++)
        {
            text.Append(CultureInfo.InvariantCulture, $"[3:300] -A PREROUTING -i qvb{n} -j CT --zone {n + 1}\n");
        }
        text.Append("COMMIT\n*filter\n:FORWARD DROP [7:700]\n:sg-chain - [0:0]\n");
        for (var n = 0; n < 20; n++)
        {
            text.Append(CultureInfo.InvariantCulture, $":i{n} - [0:0]\n");
        }
        for (var n = 0; n < 20; n++)
        {
            var guard = $"-m physdev --physdev-out tap{n} --physdev-is-bridged -m comment --comment \"VM's {n}\"";
            text.Append(CultureInfo.InvariantCulture, $"[4:400] -A FORWARD {guard} -j sg-chain\n");
            text.Append(CultureInfo.InvariantCulture, $"[5:500] -A sg-chain {guard} -j i{n}\n");
            text.Append(CultureInfo.InvariantCulture, $"[17:1700] -A i{n} -p tcp -m tcp --dport {n + 22} -j RETURN\n");
            text.Append(CultureInfo.InvariantCulture, $"[0:0] -A i{n} -j DROP\n");
        }
        return text.Append(more is null ? "" : "[9:900] " + more + "\n").Append("COMMIT\n").ToString();
    }
}
