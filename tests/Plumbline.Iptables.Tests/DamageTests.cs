using System.Text;
using System.Text.RegularExpressions;
using Plumbline.Testing;

namespace Plumbline.Iptables.Tests;

/// <summary>What pages, mails, terminals and people do to a listing: the rules stay the rules.</summary>
public sealed class DamageTests
{
    private static readonly Dictionary<string, Func<string, string>> _damages = new()
    {
        ["tabs for blanks"] = t => Regex.Replace(t, " {2,}", "\t"),
        ["a tab for every blank"] = t => t.Replace(' ', '\t'),
        ["lines that end as on Windows"] = t => t.Replace("\n", "\r\n", StringComparison.Ordinal),
        ["lines that end as on an old Mac"] = t => t.Replace('\n', '\r'),
        ["blanks at the ends of lines"] = t => t.Replace("\n", "   \n", StringComparison.Ordinal),
        ["an empty line after each"] = t => t.Replace("\n", "\n\n", StringComparison.Ordinal),
        ["no-break blanks"] = t => t.Replace(' ', '\u00a0'),
        ["thin no-break blanks"] = t => t.Replace(' ', '\u202f'),
        ["ideographic blanks"] = t => t.Replace(' ', '\u3000'),
        ["a byte order mark"] = t => '\ufeff' + t,
        ["zero-width blanks before each line"] = t => "\u200b" + t.Replace("\n", "\n\u200b", StringComparison.Ordinal),
        ["HTML entities"] = t => t.Replace("&", "&amp;", StringComparison.Ordinal).Replace(" ", "&nbsp;", StringComparison.Ordinal),
        ["HTML entities by number"] = t => t.Replace(" ", "&#160;", StringComparison.Ordinal).Replace("/*", "&#47;*", StringComparison.Ordinal)
            .Replace("-", "&#x2d;", StringComparison.Ordinal),
        ["HTML around each line"] = t => string.Concat(t.Split('\n').Select(l => $"<p><span style=\"x\">{l}</span></p>\n")),
        ["HTML breaks"] = t => $"<div>{t.Replace("\n", "<br/>", StringComparison.Ordinal)}</div>",
        ["quoted as in a mail"] = t => "> " + t.Replace("\n", "\n> ", StringComparison.Ordinal),
        ["indented"] = t => "    " + t.Replace("\n", "\n    ", StringComparison.Ordinal),
        ["a fence around it"] = t => $"```\n{t}\n```\n",
        ["a prompt before it"] = t => $"[root@compute ~]# iptables -L -v\n{t}\n[root@compute ~]# ",
        ["sudo at a coloured prompt"] = t => $"\u001b[01;32muser@node\u001b[00m:\u001b[01;34m~\u001b[00m$ sudo iptables -nvL\n{t}",
        ["colours of grep"] = t => t.Replace("RETURN", "\u001b[01;31m\u001b[KRETURN\u001b[m\u001b[K", StringComparison.Ordinal),
        ["dashes that were two"] = t => t.Replace("--physdev", "\u2013physdev", StringComparison.Ordinal)
            .Replace(" -- ", " \u2014 ", StringComparison.Ordinal),
        ["dashes of a word processor"] = t => t.Replace("--physdev", "\u2014physdev", StringComparison.Ordinal)
            .Replace(" -- ", " \u2013 ", StringComparison.Ordinal),
        ["hyphens of Unicode"] = t => t.Replace('-', '\u2010'),
        ["wide punctuation"] = t => t.Replace('(', '\uff08').Replace(')', '\uff09').Replace(',', '\uff0c').Replace(':', '\uff1a'),
        ["a list's bullets"] = t => string.Join('\n', t.Split('\n').Select(l => l.StartsWith("Chain", StringComparison.Ordinal) ? "· " + l : l)),
        ["cut by a pager"] = t => t.Replace("\nChain neutron-openvswi-sg-chain", "\n--More--\nChain neutron-openvswi-sg-chain", StringComparison.Ordinal),
        ["wrapped at 80 columns"] = t => Wrapped(t, 80),
        ["wrapped at 100 columns, indented"] = t => Wrapped(t, 100).Replace("\n\u0001", "\n        ", StringComparison.Ordinal),
    };

    public static TheoryData<string> Damages => [.. _damages.Keys];

    [SkippableTheory]
    [MemberData(nameof(Damages))]
    public void The_article_s_listing_is_read_all_the_same(string damage) =>
        Same(File.ReadAllText(SharedFiles.Require("cases/articles/iptables-list-no-rules.txt")), damage);

    [SkippableTheory]
    [MemberData(nameof(Damages))]
    public void A_node_s_listing_is_read_all_the_same(string damage)
    {
        var folder = SharedFiles.Require("cases/neutron-node/states/sg-rules");
        var file = Directory.EnumerateFiles(folder, "iptables-L-nv.txt", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .First(f => File.ReadAllText(f).Contains("sg-chain", StringComparison.Ordinal));
        Same(File.ReadAllText(file), damage);
    }

    private static void Same(string text, string damage)
    {
        var wanted = RulesetParser.Recognise(text);
        var reading = RulesetParser.Recognise(_damages[damage](text).Replace("\u0001", "", StringComparison.Ordinal));
        Assert.Equal(string.Join('\n', Rules(wanted)), string.Join('\n', Rules(reading)));
        Assert.Empty(reading.Errors);
    }

    private static IEnumerable<string> Rules(RulesetReading reading) =>
        reading.Rulesets.SelectMany(r => r.Tables).SelectMany(t => t.Chains).SelectMany(c => c.Rules.Select(r =>
            $"{c.Name} {c.Policy} {r.Counters} {WithoutBlanks(RulesetRenderer.Save(r))}"));

    [Fact]
    public void Markup_in_a_comment_of_a_text_without_any_else_is_meant()
    {
        const string Text = "*filter\n:X - [0:0]\n-A X -m comment --comment \"see </b>, \\\" &gt; and &#65;\" -j DROP\nCOMMIT\n";
        var reading = RulesetParser.ParseSave(Text);
        Assert.Empty(reading.Errors);
        Assert.Equal(Text, RulesetRenderer.Save(reading.Rulesets[0]));
    }

    /// <summary>Blanks and wide punctuation inside a comment are not looked at.</summary>
    private static string WithoutBlanks(string rule) =>
        Regex.Replace(rule, "--comment (\"[^\"]*\"|\\S+)", m => Regex.Replace(m.Value, "[^a-zA-Z0-9]", ""));

    private static string Wrapped(string text, int width)
    {
        var wrapped = new StringBuilder();
        foreach (var line in text.Split('\n'))
        {
            var rest = line;
            while (rest.Length > width && !rest.Contains("*/Chain", StringComparison.Ordinal) && rest.LastIndexOf(' ', width) is > 0 and var cut)
            {
                wrapped.Append(rest, 0, cut).Append("\n\u0001");
                rest = rest[(cut + 1)..];
            }
            wrapped.Append(rest).Append('\n');
        }
        return wrapped.ToString();
    }
}
