using Plumbline.Testing;

namespace Plumbline.Iptables.Tests;

/// <summary>iptables' own test lines for every extension: option, printed form, OK or FAIL.</summary>
public sealed class ExtensionTests
{
    [SkippableFact]
    public void Every_line_that_iptables_takes_is_printed_as_iptables_prints_it()
    {
        var wrong = new List<string>();
        var checks = 0;
        foreach (var (file, family, given, printed) in Lines())
        {
            checks++;
            var reading = RulesetParser.ParseSave($"*filter\n:X - [0:0]\n-A X {given}\nCOMMIT\n", family);
            var rules = reading.Rulesets[0].Tables[0].Chains[0].Rules;
            var rendered = rules.Count == 1 ? RulesetRenderer.Save(rules[0]) : $"{rules.Count} rules";
            if (reading.Errors.Count > 0 || rendered != printed)
            {
                wrong.Add($"{file} {given}\n  is  {rendered}\n  not {printed}\n  {string.Join("; ", reading.Errors.Select(e => e.What))}");
            }
        }
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {checks}:\n{string.Join('\n', wrong)}");
        Assert.True(checks > 1000);
    }

    [SkippableFact]
    public void Its_printed_form_renders_to_itself_and_is_the_same_rule()
    {
        foreach (var (_, family, given, printed) in Lines())
        {
            var first = RulesetParser.ParseSave($"*filter\n:X - [0:0]\n-A X {given}\nCOMMIT\n", family);
            var second = RulesetParser.ParseSave($"*filter\n:X - [0:0]\n-A X {printed}\nCOMMIT\n", family);
            Assert.Equal(first.Rulesets[0].Tables[0].Chains[0].Rules, second.Rulesets[0].Tables[0].Chains[0].Rules);
        }
    }

    private static IEnumerable<(string File, IPFamily Family, string Given, string Printed)> Lines()
    {
        var folder = SharedFiles.Require("cases/iptables-corpus/iptables/extensions");
        foreach (var path in Directory.EnumerateFiles(folder, "*.t").Order(StringComparer.Ordinal))
        {
            var file = Path.GetFileName(path);
            foreach (var line in File.ReadLines(path))
            {
                var parts = line.Split(';');
                if (line.Length == 0 || line[0] is '#' or ':' or '*' or '@' or '%' || parts.Length < 3 || parts[2] != "OK")
                {
                    continue;
                }
                var printed = parts[1] == "=" ? parts[0] : parts[1];
                if (!file.StartsWith("libip6t_", StringComparison.Ordinal))
                {
                    yield return (file, IPFamily.IPv4, parts[0], printed);
                }
                if (!file.StartsWith("libipt_", StringComparison.Ordinal))
                {
                    yield return (file, IPFamily.IPv6, parts[0], printed);
                }
            }
        }
    }
}
