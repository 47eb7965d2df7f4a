using System.Text.RegularExpressions;
using Plumbline.Node.Firewalls;
using Plumbline.Node.Sources;

namespace Plumbline.Node.Tests.Sources;

/// <summary>Every recorded output through every disguise tells what it tells plainly.</summary>
public sealed partial class PastedMatrixTests
{
    /// <summary>
    /// Many lines of about one length, or columns: where one was broken, and where it just ended, cannot be told. Records of a database's log begin
    /// with how long they are, and are refused when they are not.
    /// </summary>
    private static readonly HashSet<string> _tables = new(
        ["ip-route-all", "ip-6-route-all", "route-6", "netns-ss", "netns-ss-lnup", "netstat-lntup", "conf-db", "conf-db-cluster", "conf-db-compact", "ovsdb-dump-json",
            "appctl-tnl-ports-v", "appctl-route", "appctl-dpif-show", "ofctl-names-ports", "iptables-vS"]);

    private static readonly Lazy<Dictionary<string, string>> _plain = new(
        () => RecordedOutputs.All.ToDictionary(output => output.Name, output => Facts(Disguises.Plain(output))));

    public static TheoryData<string> DisguiseNames => [.. Disguises.All.Keys];

    [Theory]
    [MemberData(nameof(DisguiseNames))]
    public void A_disguise_changes_nothing(string disguise)
    {
        var different = new List<string>();
        foreach (var output in RecordedOutputs.All)
        {
            if (disguise == "the command alone" && output.Command.Contains('|'))
            {
                continue;
            }
            var told = Facts(Disguises.All[disguise](output));
            if (told != _plain.Value[output.Name])
            {
                different.Add($"{output.Name}: {Difference(told, _plain.Value[output.Name])}");
            }
        }
        Assert.True(different.Count == 0, string.Join('\n', different));
    }

    [Fact]
    public void An_output_alone_tells_the_same()
    {
        var different = new List<string>();
        foreach (var output in RecordedOutputs.All.Where(output => !output.NeedsCommand))
        {
            var told = Facts(output.Text);
            if (told != _plain.Value[output.Name])
            {
                different.Add($"{output.Name}: {Difference(told, _plain.Value[output.Name])}");
            }
        }
        Assert.True(different.Count == 0, string.Join('\n', different));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(132)]
    public void Lines_that_a_terminal_broke_are_joined_again(int width)
    {
        var different = new List<string>();
        foreach (var output in RecordedOutputs.All.Where(output => !_tables.Contains(output.Name)))
        {
            var told = Facts(Disguises.Wrapped(output, width));
            if (told != _plain.Value[output.Name])
            {
                different.Add($"{output.Name}: {Difference(told, _plain.Value[output.Name])}");
            }
        }
        Assert.True(different.Count == 0, string.Join('\n', different));
    }

    private static string Difference(string told, string plain)
    {
        var at = 0;
        while (at < Math.Min(told.Length, plain.Length) && told[at] == plain[at])
        {
            at++;
        }
        string Around(string text) => text[Math.Max(0, at - 60)..Math.Min(text.Length, at + 120)];
        return $"\n    told  {Around(told)}\n    plain {Around(plain)}";
    }

    /// <summary>All but the host's name, and where it was read; of the firewall's texts what they mean, as prose around them is kept in them.</summary>
    private static string Facts(string text)
    {
        try
        {
            var snapshot = OfflineNode.ReadText(text, "text");
            var firewall = NodeFirewall.Read(snapshot);
            var facts = SnapshotText.Of(snapshot with { Host = null, Sources = [], Firewall = [] });
            return BlankPattern().Replace(facts, " ").Replace(" \\n", "\\n", StringComparison.Ordinal) + "\n" + string.Join(
                '\n', snapshot.Firewall.Select(printed => printed.Namespace).Distinct().Select(name => Rules(firewall.Find(name)!)));
        }
        catch (NodeException exception)
        {
            return exception.Problem.What;
        }
    }

    private static string Rules(NamespaceFirewall firewall) => string.Join('\n', firewall.Rulesets.Select(read =>
        $"{firewall.Name} {read.Tool} {read.Ruleset.Family} {read.Ruleset.Form}: " + string.Join("; ", read.Ruleset.Tables.Select(table =>
            table.Name + " " + string.Join(", ", table.Chains.Select(chain =>
                $"{chain.Name} {chain.Policy} {chain.Counters} {string.Join('|', chain.Rules.Select(rule => SpacePattern().Replace(rule.Text.Trim(), " ") + rule.Counters))}"))))))
        + string.Join('\n', firewall.Sets.Select(set => $"{set.Name} {set.Type} {string.Join(' ', set.Members.Select(member => member.Text))}"))
        + string.Join('\n', firewall.Errors.Select(error => error.ToString()));

    [GeneratedRegex(@"\s+")]
    private static partial Regex SpacePattern();

    [GeneratedRegex(@"(?: |\\t)+")]
    private static partial Regex BlankPattern();
}
