using System.Text.RegularExpressions;
using Plumbline.Diagnosis.Explaining.Wording;
using Plumbline.Testing;

namespace Plumbline.Diagnosis.Tests.Explaining;

public sealed partial class PhrasebookTests
{
    private static readonly Language[] _all = Enum.GetValues<Language>();

    [Fact]
    public void Every_key_is_in_every_language()
    {
        var english = Phrasebook.Of(Language.English).Keys.Order(StringComparer.Ordinal);
        Assert.Equal(english, Phrasebook.Of(Language.Russian).Keys.Order(StringComparer.Ordinal));
        Assert.Equal(english, Phrasebook.Of(Language.Chinese).Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_phrase_has_the_same_gaps_in_every_language()
    {
        foreach (var key in Phrasebook.Of(Language.English).Keys)
        {
            // a form that goes with a number does not print it, and Chinese needs none
            var gaps = _all.Select(l => Gaps(Phrasebook.Of(l)[key])).ToArray();
            Assert.True(gaps.All(g => g == gaps[0]), $"{key}: {string.Join(" | ", gaps)}");
        }
    }

    [Fact]
    public void Plural_forms_are_as_many_as_the_language_has()
    {
        foreach (var (language, forms) in _all.Zip([2, 3, 1]))
        {
            foreach (var key in Phrasebook.Of(language).Keys)
            {
                foreach (Match match in PluralPattern().Matches(Phrasebook.Of(language)[key]))
                {
                    Assert.True(match.Value.Count(c => c == '|') == forms - 1, $"{language} {key}: {match.Value}");
                }
            }
        }
    }

    [Fact]
    public void Every_key_that_the_code_names_is_in_the_books()
    {
        var english = Phrasebook.Of(Language.English);
        var sources = Directory.GetFiles(Path.Combine(SharedFiles.RepositoryRoot, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => f.Contains("Explain", StringComparison.Ordinal) || f.Contains("Explanation", StringComparison.Ordinal));
        var named = sources.SelectMany(f => KeyPattern().Matches(File.ReadAllText(f)).Select(m => m.Groups["key"].Value)).ToHashSet();
        Assert.True(named.Count > 150, $"only {named.Count} keys found");
        Assert.All(named, k => Assert.True(
            english.Has(k) || english.Keys.Any(known => known.StartsWith(k, StringComparison.Ordinal)), k));
    }

    [Theory]
    [InlineData(Language.English, 1, "1 packet, 1 byte")]
    [InlineData(Language.English, 2, "2 packets, 2 bytes")]
    [InlineData(Language.Russian, 1, "1 пакет, 1 байт")]
    [InlineData(Language.Russian, 3, "3 пакета, 3 байта")]
    [InlineData(Language.Russian, 11, "11 пакетов, 11 байт")]
    [InlineData(Language.Russian, 21, "21 пакет, 21 байт")]
    [InlineData(Language.Russian, 112, "112 пакетов, 112 байт")]
    [InlineData(Language.Chinese, 2, "2 个包,2 字节")]
    public void Numbers_choose_their_plural_form(Language language, long number, string said) =>
        Assert.Equal(said, Phrasebook.Of(language).Say(Sentence.Of("ui.hits", ("packets", number), ("bytes", number))));

    [Theory]
    [InlineData("ru_RU.UTF-8", null, "en_US.UTF-8", Language.Russian)]
    [InlineData(null, "zh_CN.UTF-8", "ru_RU.UTF-8", Language.Chinese)]
    [InlineData("", "", "zh_TW", Language.Chinese)]
    [InlineData(null, null, null, Language.English)]
    [InlineData("C", null, "ru_RU.UTF-8", Language.English)]
    [InlineData("de_DE.UTF-8", null, "ru_RU.UTF-8", Language.English)]
    public void The_environment_s_language_is_the_first_that_is_set(string? all, string? messages, string? lang, Language expected) =>
        Assert.Equal(expected, Languages.OfEnvironment(name => name switch
        {
            "LC_ALL" => all,
            "LC_MESSAGES" => messages,
            "LANG" => lang,
            _ => null,
        }));

    [Fact]
    public void Chinese_and_Latin_words_are_kept_apart_by_a_blank() =>
        Assert.Equal("来自 10.0.0.0/8 的 TCP 包", Phrasebook.Of(Language.Chinese).Say(Sentence.Of("what.with",
            ("subject", Sentence.Of("what.protocol", ("protocol", "TCP"))),
            ("conditions", Sentence.Of("when.source", ("value", "10.0.0.0/8"))))));

    private static string Gaps(string text) => string.Join(' ', GapPattern().Matches(text).Select(m => m.Groups["name"].Value)
        .Distinct().Order(StringComparer.Ordinal));

    [GeneratedRegex(@"\{(?<name>[a-z-]+)\}")]
    private static partial Regex GapPattern();

    [GeneratedRegex(@"\{[a-z-]+#[^}]*\}")]
    private static partial Regex PluralPattern();

    [GeneratedRegex("\"(?<key>(?:duty|note|sum|what|when|do|ui|chain|label|icmp|join)\\.[a-z0-9.-]*[a-z0-9])\"")]
    private static partial Regex KeyPattern();
}
