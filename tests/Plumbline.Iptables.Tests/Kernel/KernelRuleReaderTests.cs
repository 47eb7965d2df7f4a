namespace Plumbline.Iptables.Tests.Kernel;

public sealed class KernelRuleReaderTests
{
    [Fact]
    public void A_rule_from_the_kernel_has_the_words_that_iptables_prints_for_it()
    {
        var read = 0;
        foreach (var (family, words, attributes) in CapturedRules.All())
        {
            var rule = new KernelRuleReader(family, FindSet).Read(attributes);

            Assert.Equal(words, rule is null ? "unknown" : RulesetRenderer.Save(rule));
            read++;
        }
        Assert.Equal(40, read);
    }

    [Fact]
    public void What_is_read_from_the_kernel_is_the_rule_that_is_read_from_the_text()
    {
        foreach (var (family, words, attributes) in CapturedRules.All())
        {
            if (new KernelRuleReader(family, FindSet).Read(attributes) is { } rule)
            {
                var text = RulesetParser.ParseSave($"*filter\n:x - [0:0]\n-A x {words}\nCOMMIT\n", family);
                Assert.Equal(Assert.Single(text.Rulesets[0].Tables[0].Find("x")!.Rules), rule);
            }
        }
    }

    [Fact]
    public void A_set_without_a_name_makes_its_rule_unknown() => Assert.Null(new KernelRuleReader(IPFamily.IPv4, _ => null)
        .Read(CapturedRules.Of("-m set ! --match-set s1 src,dst --return-nomatch -j ACCEPT")));

    [Fact]
    public void A_revision_that_is_not_known_makes_the_rule_unknown()
    {
        var attributes = CapturedRules.Of("-m state --state RELATED,ESTABLISHED -j RETURN");
        // struct nlattr { 8, NFTA_MATCH_REV } and the revision 3 in network byte order
        var at = attributes.AsSpan().IndexOf((ReadOnlySpan<byte>)[8, 0, 2, 0, 0, 0, 0, 3]);
        attributes[at + 7] = 4;

        Assert.Null(new KernelRuleReader(IPFamily.IPv4, FindSet).Read(attributes));
    }

    [Fact]
    public void A_condition_behind_the_counter_makes_the_rule_unknown()
    {
        var attributes = CapturedRules.Of("-m state --state RELATED,ESTABLISHED -j RETURN");
        // two expressions of five letters and more change names: what counted is now an unknown expression
        var at = attributes.AsSpan().IndexOf("counter"u8);
        "lookups"u8.CopyTo(attributes.AsSpan(at));

        Assert.Null(new KernelRuleReader(IPFamily.IPv4, FindSet).Read(attributes));
    }

    [Fact]
    public void Damaged_bytes_are_a_rule_or_none_but_no_exception()
    {
        var random = new Random(1);
        foreach (var (family, _, attributes) in CapturedRules.All())
        {
            var reader = new KernelRuleReader(family, FindSet);
            for (var length = 0; length < attributes.Length; length += 3)
            {
                reader.Read(attributes.AsSpan(0, length));
                KernelRuleOutline.Read(attributes.AsSpan(0, length));
            }
            for (var i = 0; i < 300; i++)
            {
                var damaged = (byte[])attributes.Clone();
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                if (reader.Read(damaged) is { } rule)
                {
                    RulesetRenderer.Save(rule);
                }
                var outline = KernelRuleOutline.Read(damaged);
                outline.IsOfOthers(damaged, [[.. "tap1"u8]]);
                outline.Jump(damaged);
            }
        }
    }

    private static string? FindSet(ushort index) => index == 0 ? "s1" : null;
}
