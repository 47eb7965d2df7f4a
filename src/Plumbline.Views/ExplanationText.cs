using System.Diagnostics;
using System.Text;
using Plumbline.Diagnosis.Explaining;
using Plumbline.Diagnosis.Explaining.Wording;
using Plumbline.Iptables;
using Plumbline.Neutron.SecurityGroups.Roles;
using Plumbline.Views.Text;

namespace Plumbline.Views;

/// <summary>An explanation as text in one language: the summary first, then chain by chain, a rule a line, notes beneath.</summary>
public static class ExplanationText
{
    /// <summary>Renders the explanation.</summary>
    public static string Render(FirewallExplanation explanation, Language language, RenderOptions options)
    {
        var writer = new ExplanationWriter(Phrasebook.Of(language), options);
        writer.Write(explanation);
        return writer.ToString();
    }
}

/// <summary>Writes one explanation.</summary>
internal sealed class ExplanationWriter(Phrasebook book, RenderOptions options)
{
    private const int Indent = 2;
    private const int LeastText = 30;

    private readonly StringBuilder _output = new();

    public override string ToString() => _output.ToString();

    public void Write(FirewallExplanation explanation)
    {
        if (explanation.Target is { } target)
        {
            WriteTarget(target);
        }
        if (explanation.Summary.Count > 0)
        {
            Heading(book.Say("ui.in-short"));
            foreach (var sentence in explanation.Summary)
            {
                Wrapped(new StyledText("", Shade.Plain), book.SayAsSentence(sentence), Indent, Shade.Plain);
            }
        }
        var families = explanation.States.Select(s => s.Family).Distinct().Count();
        foreach (var state in explanation.States)
        {
            if (families > 1 && state.Number == 1 && (state.Sections.Count > 0 || state.Changes.Count > 0))
            {
                Heading(state.Family == IPFamily.IPv4 ? "IPv4" : "IPv6");
            }
            WriteState(state);
        }
    }

    private void WriteTarget(FirewallTarget target)
    {
        var line = new StyledText(book.Say(Sentence.Of("ui.port", ("port", target.PortId))), Shade.Heading);
        if (target.Instance is { } instance)
        {
            line.Add("   ").Add(book.Say(Sentence.Of("ui.instance", ("name", instance))), Shade.Instance);
        }
        if (target.Tap is { } tap)
        {
            line.Add("   ").Add(book.Say(Sentence.Of("ui.tap", ("tap", tap))));
        }
        var addresses = string.Join(", ", target.IPAddresses);
        if (target.Address is { } mac)
        {
            addresses = addresses.Length == 0 ? mac.ToString() : $"{addresses} / {mac}";
        }
        if (addresses.Length > 0)
        {
            line.Add("   ").Add(addresses, Shade.Address);
        }
        line.WriteLine(_output, options.Colour);
    }

    private void WriteState(StateExplanation state)
    {
        string? about = null;
        foreach (var change in state.Changes)
        {
            if (about != change.Chain)
            {
                about = change.Chain;
                Heading(book.Say(Sentence.Of("ui.state",
                    ("number", (long)state.Number), ("chain", change.Chain), ("line", (long)change.Line))));
            }
            var text = book.Say(Sentence.Of(change.IsAdded ? "ui.added" : "ui.removed",
                ("number", (long)change.Rule.Number), ("sentence", change.Rule.Sentence)));
            Wrapped(new StyledText(), Capital(text), Indent, change.IsAdded ? Shade.Plain : Shade.Warning);
            WriteNotes(change.Rule.Notes, Indent + Indent);
        }
        foreach (var sentence in state.Summary)
        {
            Wrapped(new StyledText(), book.SayAsSentence(sentence), Indent, Shade.Plain);
        }
        foreach (var section in state.Sections)
        {
            if (section.Kind != SectionKind.Other)
            {
                Heading(book.Say(section.Kind switch
                {
                    SectionKind.Tracking => "ui.before",
                    SectionKind.Way => "ui.way",
                    SectionKind.ToInstance => "ui.to-instance",
                    SectionKind.FromInstance => "ui.from-instance",
                    _ => throw new UnreachableException($"{section.Kind}"),
                }));
            }
            foreach (var chain in section.Chains)
            {
                WriteChain(chain);
            }
        }
    }

    private void WriteChain(ChainExplanation chain)
    {
        var title = new StyledText(new string(' ', Indent)).Add(chain.Name, Shade.Bridge);
        if (chain.Table is not "filter" && chain.Kind is ChainKind.BuiltIn or ChainKind.Foreign)
        {
            title.Add($" ({chain.Table})", Shade.Faint);
        }
        title.Add(": ").Add(book.Say(chain.Title), Shade.Faint);
        if (chain.Policy is { } policy)
        {
            title.Add(" (", Shade.Faint).Add(book.Say(Sentence.Of("ui.policy", ("policy", policy.ToString().ToUpperInvariant()))), Shade.Faint)
                .Add(")", Shade.Faint);
        }
        if (chain.IsShownAbove)
        {
            title.Add(" (", Shade.Faint).Add(book.Say("ui.shown-above"), Shade.Faint).Add(")", Shade.Faint);
        }
        title.WriteLine(_output, options.Colour);
        if (!chain.IsShownAbove)
        {
            var numbers = chain.Rules.Count == 0 ? 1 : chain.Rules[^1].Number.ToString(System.Globalization.CultureInfo.InvariantCulture).Length;
            var counters = chain.Rules.Select(Counter).ToList();
            var widest = counters.Count == 0 ? 0 : counters.Max(c => DisplayWidth.Of(c));
            for (var i = 0; i < chain.Rules.Count; i++)
            {
                WriteRule(chain.Rules[i], counters[i], numbers, widest);
            }
            WriteNotes(chain.Notes, Indent + Indent);
        }
        if (chain.OthersLeftOut > 0)
        {
            new StyledText(new string(' ', Indent + Indent))
                .Add($"({book.Say(Sentence.Of("ui.of-others", ("count", (long)chain.OthersLeftOut)))})", Shade.Faint)
                .WriteLine(_output, options.Colour);
        }
    }

    private void WriteRule(RuleExplanation rule, string counter, int numbers, int widest)
    {
        var head = new StyledText(new string(' ', Indent + Indent));
        var number = rule.Number.ToString(System.Globalization.CultureInfo.InvariantCulture);
        head.Add(number.PadLeft(numbers)).Add("  ");
        if (widest > 0)
        {
            head.Add(new string(' ', widest - DisplayWidth.Of(counter))).Add(counter, Shade.Faint).Add("  ");
        }
        var indent = head.Width;
        var text = book.SayAsSentence(rule.Sentence);
        var label = rule.Label is null ? "" : rule.Role.CommentId is { } id ? $" [{book.Say(rule.Label)}, {id}]" : $" [{book.Say(rule.Label)}]";
        Wrapped(head, text + label, indent, rule.IsUnreachable ? Shade.Faint : Shade.Plain);
        WriteNotes(rule.Notes, indent);
    }

    private string Counter(RuleExplanation rule) => rule.Rule.Counters is not { } counters ? ""
        : counters is { Packets: 0, IsRounded: false } ? book.Say("ui.never")
        : book.Say(Sentence.Of("ui.hits",
            ("packets", new Sentence.Number((long)counters.Packets, counters.IsRounded)),
            ("bytes", new Sentence.Number((long)counters.Bytes, counters.IsRounded))));

    private void WriteNotes(IReadOnlyList<Sentence.Phrase> notes, int indent)
    {
        foreach (var note in notes)
        {
            var head = new StyledText(new string(' ', indent)).Add(book.Say("ui.note") + ": ", Shade.Warning);
            Wrapped(head, book.SayAsSentence(note), head.Width, Shade.Plain);
        }
    }

    private void Heading(string text)
    {
        _output.Append('\n');
        new StyledText(text, Shade.Heading).WriteLine(_output, options.Colour);
    }

    /// <summary>A text behind <paramref name="head"/>, its further lines indented, as the terminal's width asks.</summary>
    private void Wrapped(StyledText head, string text, int indent, Shade shade)
    {
        var blank = new string(' ', indent);
        var line = head.IsEmpty ? new StyledText(blank) : head;
        foreach (var part in LineBreaker.Break(text, options.Width is { } width ? Math.Max(width - indent, LeastText) : null))
        {
            line.Add(part, shade).WriteLine(_output, options.Colour);
            line = new StyledText(blank);
        }
    }

    private static string Capital(string text) => text.Length > 0 ? char.ToUpperInvariant(text[0]) + text[1..] : text;
}
