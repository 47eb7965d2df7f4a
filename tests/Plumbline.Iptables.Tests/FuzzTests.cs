using Plumbline.Bench.Firewall;
using Plumbline.Testing;

namespace Plumbline.Iptables.Tests;

/// <summary>A bounded share of bench/fuzz-iptables.</summary>
public sealed class FuzzTests
{
    [SkippableFact]
    public void Mutated_rulesets_are_answered_and_printable()
    {
        var mutator = new Mutator(Mutator.Pieces(SharedFiles.Require("cases/iptables-corpus"), 600), 3);
        for (var i = 0; i < 6000; i++)
        {
            var input = mutator.Next();
            var reading = (mutator.Choice % 4) switch
            {
                0 => RulesetParser.ParseList(input),
                1 => RulesetParser.Recognise(input),
                2 => RulesetParser.ParseCommands(input),
                _ => RulesetParser.ParseSave(input),
            };
            foreach (var ruleset in reading.Rulesets)
            {
                RulesetRenderer.Save(ruleset, true);
            }
        }
    }

    [Theory]
    [InlineData("-A X -m-tcp --tcp-flags RST RST -j DROP")]   // read the same word for ever
    [InlineData("iptables -t nat ")]                          // no command behind it
    [InlineData("-A X -m limit -/sec")]
    [InlineData("!")]
    [InlineData("-A X !")]
    [InlineData("-A")]
    [InlineData("[1:2] -A X")]
    [InlineData(":")]
    [InlineData("*")]
    public void What_once_failed_or_might_is_answered(string line)
    {
        foreach (var text in (string[])[line, $"*filter\n:X - [0:0]\n{line}\nCOMMIT\n"])
        {
            Assert.NotNull(RulesetParser.ParseSave(text));
            Assert.NotNull(RulesetParser.Recognise(text));
            Assert.NotNull(RulesetParser.ParseCommands(text));
        }
    }
}
