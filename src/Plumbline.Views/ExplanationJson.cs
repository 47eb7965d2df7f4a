using System.Diagnostics;
using System.Text.Json;
using Plumbline.Diagnosis.Explaining;
using Plumbline.Diagnosis.Explaining.Wording;
using Plumbline.Iptables;
using Plumbline.Views.Json;

namespace Plumbline.Views;

/// <summary>An explanation as JSON: each sentence in words and as key with arguments; docs/json.md is its schema.</summary>
public static class ExplanationJson
{
    /// <summary>Renders the explanations of one or several ports.</summary>
    public static string Render(IReadOnlyList<FirewallExplanation> explanations, Language language) => JsonText.Write(writer =>
    {
        var book = Phrasebook.Of(language);
        writer.WriteStartObject();
        writer.WriteString("format", "plumbline.explanation");
        writer.WriteNumber("version", 1);
        writer.WriteString("language", Languages.CodeOf(language));
        writer.WriteArray("explanations", explanations, (w, e) => Write(w, e, book));
        writer.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter writer, FirewallExplanation explanation, Phrasebook book)
    {
        writer.WriteStartObject();
        if (explanation.Target is { } target)
        {
            writer.WriteStartObject("port");
            writer.WriteString("portId", target.PortId);
            writer.WriteKnown("tap", target.Tap);
            writer.WriteKnown("instanceName", target.Instance);
            writer.WriteKnown("mac", target.Address?.ToString());
            writer.WriteStrings("ipAddresses", target.IPAddresses);
            writer.WriteEndObject();
        }
        writer.WriteArray("summary", explanation.Summary, (w, s) => Write(w, s, book));
        writer.WriteArray("states", explanation.States, (w, s) => Write(w, s, book));
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, StateExplanation state, Phrasebook book)
    {
        writer.WriteStartObject();
        writer.WriteString("family", state.Family == IPFamily.IPv4 ? "IPv4" : "IPv6");
        writer.WriteNumber("number", state.Number);
        writer.WriteArray("summary", state.Summary, (w, s) => Write(w, s, book));
        writer.WriteArray("changes", state.Changes, (w, c) =>
        {
            w.WriteStartObject();
            w.WriteString("chain", c.Chain);
            w.WriteNumber("line", c.Line);
            w.WriteString("change", c.IsAdded ? "added" : "removed");
            w.WritePropertyName("rule");
            Write(w, c.Rule, book);
            w.WriteEndObject();
        });
        writer.WriteArray("sections", state.Sections, (w, s) =>
        {
            w.WriteStartObject();
            w.WriteString("kind", NameOf(s.Kind));
            w.WriteArray("chains", s.Chains, (w2, c) => Write(w2, c, book));
            w.WriteEndObject();
        });
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ChainExplanation chain, Phrasebook book)
    {
        writer.WriteStartObject();
        writer.WriteString("table", chain.Table);
        writer.WriteString("name", chain.Name);
        writer.WriteString("title", book.Say(chain.Title));
        writer.WriteKnown("policy", chain.Policy?.ToString().ToUpperInvariant());
        writer.WriteBoolean("isShown", chain.IsShown);
        writer.WriteNumber("othersLeftOut", chain.OthersLeftOut);
        writer.WriteArray("notes", chain.Notes, (w, n) => Write(w, n, book));
        writer.WriteArray("rules", chain.Rules, (w, r) => Write(w, r, book));
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, RuleExplanation rule, Phrasebook book)
    {
        writer.WriteStartObject();
        writer.WriteNumber("number", rule.Number);
        writer.WriteString("duty", NameOf(rule.Role.Duty.ToString()));
        writer.WriteKnown("comment", rule.Role.CommentId);
        if (rule.Role.IsIngress is { } isIngress)
        {
            writer.WriteString("direction", isIngress ? "in" : "out");
        }
        if (rule.Rule.Counters is { } counters)
        {
            writer.WriteNumber("packets", counters.Packets);
            writer.WriteNumber("bytes", counters.Bytes);
            writer.WriteBoolean("isRounded", counters.IsRounded);
        }
        writer.WriteBoolean("isReached", !rule.IsUnreachable);
        writer.WriteKnown("text", rule.Rule.Text.Length == 0 ? null : rule.Rule.Text);
        writer.WritePropertyName("sentence");
        Write(writer, rule.Sentence, book);
        writer.WriteArray("notes", rule.Notes, (w, n) => Write(w, n, book));
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, Sentence sentence, Phrasebook book)
    {
        writer.WriteStartObject();
        if (sentence is Sentence.Phrase phrase)
        {
            writer.WriteString("key", phrase.Key);
            writer.WriteStartObject("arguments");
            foreach (var (name, value) in phrase.Arguments)
            {
                if (value is Sentence.Number number)
                {
                    writer.WriteNumber(name, number.Value);
                }
                else
                {
                    writer.WriteString(name, book.Say(value));
                }
            }
            writer.WriteEndObject();
        }
        writer.WriteString("text", book.SayAsSentence(sentence));
        writer.WriteEndObject();
    }

    private static string NameOf(SectionKind kind) => kind switch
    {
        SectionKind.Tracking => "tracking",
        SectionKind.Way => "way",
        SectionKind.ToInstance => "to-instance",
        SectionKind.FromInstance => "from-instance",
        SectionKind.Other => "other",
        _ => throw new UnreachableException($"{kind}"),
    };

    /// <summary><c>DhcpSpoofGuard</c> as <c>dhcp-spoof-guard</c>.</summary>
    private static string NameOf(string pascal)
    {
        var name = new System.Text.StringBuilder();
        foreach (var letter in pascal)
        {
            if (char.IsAsciiLetterUpper(letter) && name.Length > 0)
            {
                name.Append('-');
            }
            name.Append(char.ToLowerInvariant(letter));
        }
        return name.ToString();
    }
}
