using Plumbline.Diagnosis.Explaining;
using Plumbline.Diagnosis.Explaining.Wording;
using Plumbline.Diagnosis.Firewalls;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Testing;

namespace Plumbline.Views.Tests;

/// <summary>Whole explanations, in every language.</summary>
public sealed class ExplanationTests
{
    private const string Article = "seeds/004_80fcc15f90f8bbdf.txt";
    private const string Recorded = "cases/neutron-node/states/sg-rules/cmp1";

    [SkippableTheory]
    [InlineData(Language.English)]
    [InlineData(Language.Russian)]
    [InlineData(Language.Chinese)]
    public void The_article_s_page_with_its_three_states(Language language) =>
        Check(Article, null, language, $"explain-article.{Languages.CodeOf(language)}.txt");

    [SkippableTheory]
    [InlineData("iptables-list-no-rules", Language.English)]
    [InlineData("iptables-list-egress-all", Language.Chinese)]
    [InlineData("iptables-list-ingress-icmp", Language.Russian)]
    public void Each_state_by_itself_says_what_it_does_not_know(string file, Language language) =>
        Check($"cases/articles/{file}.txt", null, language, $"explain-{file}.{Languages.CodeOf(language)}.txt");

    [SkippableTheory]
    [InlineData("6ef565e0", Language.English)]
    [InlineData("92263e04", Language.Russian)]
    [InlineData("6e5de603", Language.Chinese)]
    [InlineData("e915d137", Language.English)]
    public void Ports_of_a_recorded_node(string port, Language language) =>
        Check(Recorded, port, language, $"explain-{port}.{Languages.CodeOf(language)}.txt");

    [SkippableFact]
    public void As_json() => Expected.Equals(
        ExplanationJson.Render(Explain("cases/articles/iptables-list-ingress-icmp.txt", null), Language.English), "explain.json");

    [SkippableFact]
    public void A_narrow_terminal_breaks_sentences_and_loses_nothing()
    {
        foreach (var language in Enum.GetValues<Language>())
        {
            var wide = ExplanationText.Render(Explain(Article, null)[0], language, RenderOptions.Plain);
            var narrow = ExplanationText.Render(Explain(Article, null)[0], language, RenderOptions.Plain with { Width = 80 });
            Assert.Equal(Letters(wide), Letters(narrow));
            Assert.True(narrow.Split('\n').Length > wide.Split('\n').Length);
        }

        static string Letters(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
    }

    private static void Check(string file, string? target, Language language, string expected) => Expected.Equals(
        string.Join("\n", Explain(file, target).Select(e => ExplanationText.Render(e, language, RenderOptions.Plain))), expected);

    private static List<FirewallExplanation> Explain(string file, string? target)
    {
        var snapshot = OfflineNode.Read(SharedFiles.Require(file));
        var rules = NodeRules.Read(snapshot);
        var subject = ExplainSubjectResolver.Resolve(Topology.Build(snapshot), rules, target);
        return [.. Assert.IsType<ExplainSubject.Ports>(subject).Targets.Select(t => FirewallExplainer.ExplainPort(rules, t))];
    }
}
