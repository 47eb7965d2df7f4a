using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace Plumbline.Iptables.Tests;

/// <summary>What holds for every rule, not for examples.</summary>
public sealed class PropertyTests
{
    /// <summary>The same cases on every machine.</summary>
    private static readonly Config _config = Config.QuickThrowOnFailure.WithMaxTest(3000)
        .WithReplay(FSharpOption<Replay>.Some(new(new(12, 35), FSharpOption<int>.None)));

    [Theory]
    [InlineData(IPFamily.IPv4)]
    [InlineData(IPFamily.IPv6)]
    public void A_rendered_rule_is_read_as_the_same_rule(IPFamily family) =>
        Prop.ForAll(
            RuleGenerator.Rule(family).ToArbitrary(),
            rule =>
            {
                var text = $"*filter\n:X - [0:0]\n:neutron-openvswi-sg-chain - [0:0]\n{$"-A X {RulesetRenderer.Save(rule)}".TrimEnd()}\nCOMMIT\n";
                var reading = RulesetParser.ParseSave(text, family);
                Assert.True(reading.Errors.Count == 0, $"{text}{string.Join('\n', reading.Errors)}");
                var again = reading.Rulesets[0].Tables[0].Chains[0].Rules[0];
                Assert.True(rule.Equals(again), $"{text}is read as {RulesetRenderer.Save(again)}");
                Assert.Equal(text, RulesetRenderer.Save(reading.Rulesets[0]));
            }).Check(_config);

    [Fact]
    public void Any_text_is_answered_and_what_was_made_of_it_is_printable() =>
        Prop.ForAll<string?>(text =>
        {
            foreach (var reading in (RulesetReading[])
                [
                    RulesetParser.ParseSave(text ?? ""), RulesetParser.ParseCommands(text ?? ""), RulesetParser.ParseList(text ?? ""),
                    RulesetParser.Recognise(text ?? ""), RulesetParser.ParseSave($"*filter\n:X - [0:0]\n-A X {text}\nCOMMIT\n"),
                ])
            {
                foreach (var ruleset in reading.Rulesets)
                {
                    RulesetRenderer.Save(ruleset, true);
                }
                Assert.All(reading.Errors, e => Assert.True(e.Line > 0 && e.Column > 0));
            }
        }).Check(_config);
}
