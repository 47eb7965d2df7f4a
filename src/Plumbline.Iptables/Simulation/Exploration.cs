namespace Plumbline.Iptables.Simulation;

/// <summary>All that may become of one packet.</summary>
public sealed record Exploration
{
    /// <summary>Every course; one where nothing is unknown. The first assumes what is unknown to hold.</summary>
    public required IReadOnlyList<Course> Courses { get; init; }

    /// <summary>False: there are more courses than were followed, so "passed" or "dropped" is not proved.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>Rules on the first course that one field kept from matching.</summary>
    public required IReadOnlyList<NearMiss> NearMisses { get; init; }

    /// <summary>Fields that some rule on the way looked at, and another value of which could have led elsewhere.</summary>
    public required PacketFields Fields { get; init; }

    /// <summary>Passed or dropped where all courses agree.</summary>
    public Outcome Outcome
    {
        get
        {
            var first = Courses[0].Decision.Outcome;
            foreach (var course in Courses)
            {
                if (course.Decision.Outcome != first)
                {
                    return Outcome.Depends;
                }
            }
            return IsComplete ? first : Outcome.Depends;
        }
    }

    /// <summary>What the outcome depends on; empty where it does not.</summary>
    public IReadOnlyList<string> DependsOn
    {
        get
        {
            var texts = new List<string>();
            foreach (var course in Outcome == Outcome.Depends ? Courses : [])
            {
                foreach (var assumption in course.Assumptions)
                {
                    if (!texts.Contains(assumption.Text))
                    {
                        texts.Add(assumption.Text);
                    }
                }
            }
            return texts;
        }
    }
}
