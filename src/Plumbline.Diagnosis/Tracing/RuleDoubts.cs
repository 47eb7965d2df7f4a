using Plumbline.Diagnosis.Verdicts;
using Plumbline.Iptables.Simulation;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>
/// Where rules go by what the packet does not tell (a rate, a count, chance, a set that was not told), both of what may come of it are
/// told, and neither is taken.
/// </summary>
internal static class RuleDoubts
{
    private const string Holds = "holds";

    /// <summary>A sentence for each thing that the outcome, or the translation, depends on; empty where nothing does.</summary>
    /// <param name="node">Whose rules.</param>
    /// <param name="exploration">All that may come of the packet.</param>
    public static IReadOnlyList<string> Of(string node, Exploration exploration)
    {
        if (exploration.Outcome != Outcome.Depends && !IsTranslatedDifferently(exploration))
        {
            return [];
        }
        var texts = new List<string>();
        foreach (var course in exploration.Courses)
        {
            foreach (var assumption in course.Assumptions)
            {
                if (!texts.Contains(assumption.Text))
                {
                    texts.Add(assumption.Text);
                }
            }
        }
        return texts.Count == 0 ? [$"{node}: its rules lead to more ends than were followed"] : [.. texts.ConvertAll(t => Sentence(node, t, exploration))];
    }

    private static string Sentence(string node, string text, Exploration exploration)
    {
        var with = Ends(exploration, text, isHeld: true);
        var without = Ends(exploration, text, isHeld: false);
        var both = with == without || with.Length == 0 || without.Length == 0 ? "" : $" (if so: {with}; if not: {without})";
        return $"{node}: whether \"{text}\" holds for it{both}";
    }

    /// <summary>How those courses end that take it for so, each end once.</summary>
    private static string Ends(Exploration exploration, string text, bool isHeld)
    {
        var ends = new List<string>();
        foreach (var course in exploration.Courses)
        {
            foreach (var assumption in course.Assumptions)
            {
                if (assumption.Text == text && assumption.Answer == Holds == isHeld)
                {
                    var end = Words(course);
                    if (!ends.Contains(end))
                    {
                        ends.Add(end);
                    }
                    break;
                }
            }
        }
        return string.Join(" or ", ends);
    }

    private static string Words(Course course)
    {
        if (course.Decision.Outcome == Outcome.Dropped)
        {
            var step = FirewallVerdict.DecidingOf(course);
            return step is null ? "dropped" : $"dropped by {RuleHook.Words(step)}";
        }
        return Translation(course) is { } translated ? $"goes on, {RuleHook.Words(translated)}" : "goes on";
    }

    private static bool IsTranslatedDifferently(Exploration exploration)
    {
        var first = Translation(exploration.Courses[0])?.Place;
        for (var i = 1; i < exploration.Courses.Count; i++)
        {
            if (!Equals(Translation(exploration.Courses[i])?.Place, first))
            {
                return true;
            }
        }
        return false;
    }

    private static TraceStep? Translation(Course course)
    {
        for (var i = course.Steps.Count - 1; i >= 0; i--)
        {
            if (course.Steps[i].Event == TraceEvent.Translated)
            {
                return course.Steps[i];
            }
        }
        return null;
    }
}
