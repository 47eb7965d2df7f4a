using System.Globalization;
using System.Text;
using Plumbline.Diagnosis.Verdicts;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Views.Text;

namespace Plumbline.Views;

/// <summary>A packet's verdict as text: the verdict and why, then the way rule by rule, then what was assumed and what nearly matched.</summary>
public static class VerdictText
{
    /// <summary>Renders it.</summary>
    public static string Render(VerdictAnswer answer, RenderOptions options)
    {
        var output = new StringBuilder();
        WriteHead(answer, output, options);
        if (answer.Exploration is { } exploration)
        {
            for (var i = 0; i < exploration.Courses.Count && (i == 0 || answer.Outcome == Outcome.Depends); i++)
            {
                WriteCourse(exploration.Courses[i], i, exploration.Courses.Count > 1 && answer.Outcome == Outcome.Depends, output, options);
            }
            if (!exploration.IsComplete)
            {
                Line(output, options, "  … and more ways, which were not followed", Shade.Warning);
            }
        }
        WriteList("near misses", answer.NearMisses.Select(m => $"{Place(m.Miss.Place)} {ActionOf(m.Miss.Place.Rule)}: wants {m.Wanted}"), output, options);
        if (answer.DeadRules.Count > 0)
        {
            WriteList(
                "dead rules", [DeadRules(answer.DeadRules)],
                output, options);
        }
        WriteList("assumed", answer.Assumptions, output, options);
        WriteList("notes", answer.Notes, output, options);
        return output.ToString();
    }

    private static string DeadRules(IReadOnlyList<RulePlace> places) => string.Create(CultureInfo.InvariantCulture,
        $"{places.Count} {(places.Count == 1 ? "rule" : "rules")} on this way {(places.Count == 1 ? "wants" : "want")} --physdev-is-bridged, "
        + $"which no packet to the node itself is: first {Place(places[0])}");

    private static void WriteHead(VerdictAnswer answer, StringBuilder output, RenderOptions options)
    {
        var head = answer.Outcome switch
        {
            Outcome.Passed => new StyledText("ACCEPT", Shade.Address),
            Outcome.Dropped => new StyledText("DROP", Shade.Bad),
            _ => new StyledText("DEPENDS", Shade.Warning),
        };
        head.Add($"  {RuleWords.Describe(answer.Packet)}").WriteLine(output, options.Colour);
        Line(output, options, $"  {answer.Way}{(answer.Subject is { } subject ? $" ({subject})" : "")}", Shade.Faint);
        if (answer.AreRulesConsulted == false)
        {
            Line(output, options, $"  the rules are not consulted at all: {answer.ConsultedBy} = 0, so bridged packets pass unseen", Shade.Bad);
            Line(output, options, $"  fix: sysctl {answer.ConsultedBy}=1; what follows would then happen", Shade.Plain);
        }
        if (answer.Outcome == Outcome.Depends)
        {
            foreach (var text in answer.DependsOn)
            {
                Line(output, options, $"  depends on {text}", Shade.Warning);
            }
        }
        else if (answer.AreRulesConsulted != false && answer.Deciding is { } deciding)
        {
            Line(output, options, $"  decided by {Decider(deciding)}", Shade.Heading);
            if (deciding.Place is { Rule: var rule })
            {
                Line(output, options, $"    {RuleText(rule)}", Shade.Plain);
            }
        }
        else if (answer.AreRulesConsulted != false && answer.Exploration is not null)
        {
            Line(output, options, "  no rule of a filter table was on its way", Shade.Plain);
        }
    }

    private static void WriteCourse(Course course, int number, bool several, StringBuilder output, RenderOptions options)
    {
        output.Append('\n');
        if (several)
        {
            var end = course.Decision.Outcome == Outcome.Dropped ? "DROP" : "ACCEPT";
            Line(output, options, string.Create(CultureInfo.InvariantCulture, $"way {number + 1}: {end}"), Shade.Heading);
            foreach (var assumption in course.Assumptions)
            {
                Line(output, options, $"  if {assumption.Text}: {assumption.Answer}", Shade.Warning);
            }
        }
        var at = "";
        foreach (var step in course.Steps)
        {
            if (step.Event == TraceEvent.Tracked)
            {
                Line(output, options, $"conntrack: {step.Note}", Shade.Heading);
                at = "";
                continue;
            }
            var place = $"{step.Table} {step.Point.Hook.ToString().ToUpperInvariant()}{Devices(step.Point)}";
            if (place != at)
            {
                Line(output, options, place, Shade.Heading);
                at = place;
            }
            WriteStep(step, output, options);
        }
    }

    private static void WriteStep(TraceStep step, StringBuilder output, RenderOptions options)
    {
        var indent = new string(' ', 2 + 2 * Math.Min(step.Depth, 20));
        if (step.Place is not { } place)
        {
            new StyledText(indent).Add($"policy {(step.Event == TraceEvent.PolicyDropped ? "DROP" : "ACCEPT")}", Shade.Network)
                .Add(CountersOf(step.Chain?.Counters), Shade.Faint).WriteLine(output, options.Colour);
            return;
        }
        var line = new StyledText(indent).Add(string.Create(CultureInfo.InvariantCulture, $"{place.Chain.Name} {place.Number}: "), Shade.Bridge)
            .Add(What(step), step.Event is TraceEvent.Dropped ? Shade.Bad : Shade.Network);
        line.Add(CountersOf(place.Rule.Counters), Shade.Faint);
        line.WriteLine(output, options.Colour);
        var conditions = RuleWords.Conditions(place.Rule);
        if (conditions.Length > 0)
        {
            Line(output, options, $"{indent}    {conditions}", Shade.Faint);
        }
    }

    private static string What(TraceStep step) => step.Event switch
    {
        TraceEvent.Jumped => $"jump to {((JumpTarget)step.Place!.Rule.Target!).Chain}",
        TraceEvent.WentTo => $"goto {((JumpTarget)step.Place!.Rule.Target!).Chain}",
        TraceEvent.MaybePassed => $"{ActionOf(step.Place!.Rule)}, if {step.Note}",
        TraceEvent.Changed or TraceEvent.Translated => $"{ActionOf(step.Place!.Rule)} ({step.Note})",
        _ => ActionOf(step.Place!.Rule),
    };

    private static string ActionOf(Rule rule) => RuleWords.Action(rule.Target);

    private static string Decider(TraceStep step) => step.Place is { } place ? $"{Place(place)}: {ActionOf(place.Rule)}{CountersOf(place.Rule.Counters)}"
        : $"the policy of {step.Table} {step.Chain?.Name}: {(step.Event == TraceEvent.PolicyDropped ? "DROP" : "ACCEPT")}{CountersOf(step.Chain?.Counters)}";

    private static string Place(RulePlace place) =>
        string.Create(CultureInfo.InvariantCulture, $"{place.Table.Name} {place.Chain.Name}, rule {place.Number} of {place.Chain.Rules.Count}");

    private static string Devices(HookPoint point)
    {
        var words = new List<string>();
        Add("in", point.In);
        Add("out", point.Out);
        Add("physdev-in", point.PhysicalIn);
        Add("physdev-out", point.PhysicalOut);
        return words.Count == 0 ? "" : $"  ({string.Join(", ", words)})";

        void Add(string name, string? device)
        {
            if (device is not null)
            {
                words.Add($"{name} {device}");
            }
        }
    }

    private static string CountersOf(Counters? counters) => counters is { } c
        ? string.Create(CultureInfo.InvariantCulture, $"  [{c.Packets}{(c.IsRounded ? "~" : "")} packets]") : "";

    private static string RuleText(Rule rule)
    {
        var conditions = RuleWords.Conditions(rule);
        return (conditions.Length > 0 ? conditions : "(every packet that comes here)")
            + (rule.Comment is { } comment ? $"  /* {comment} */" : "");
    }

    private static void WriteList(string name, IEnumerable<string> lines, StringBuilder output, RenderOptions options)
    {
        var isFirst = true;
        foreach (var line in lines)
        {
            if (isFirst)
            {
                output.Append('\n');
                Line(output, options, name, Shade.Heading);
                isFirst = false;
            }
            Line(output, options, $"  {line}", Shade.Plain);
        }
    }

    private static void Line(StringBuilder output, RenderOptions options, string text, Shade shade) =>
        new StyledText(text, shade).WriteLine(output, options.Colour);
}
