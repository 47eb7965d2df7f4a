using System.Text;

namespace Plumbline.OpenFlow.Flows;

/// <summary>One flow of a bridge, as <c>ovs-ofctl dump-flows</c> prints it.</summary>
public sealed record Flow
{
    /// <summary>Priority where none is printed.</summary>
    public const int DefaultPriority = 32768;

    /// <summary>Its table.</summary>
    public TableReference Table { get; init; } = new(0, null);

    /// <summary>0 to 65535; the highest that matches wins.</summary>
    public int Priority { get; init; } = DefaultPriority;

    /// <summary>The mark of whoever made it; 0 where none was printed.</summary>
    public ulong Cookie { get; init; }

    /// <summary>Age; null where not printed.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Packets that took it; null where not printed.</summary>
    public ulong? Packets { get; init; }

    /// <summary>Their bytes; null where not printed.</summary>
    public ulong? Bytes { get; init; }

    /// <summary>Seconds without a packet after which it ends; null for never.</summary>
    public int? IdleTimeout { get; init; }

    /// <summary>Seconds after which it ends; null for never.</summary>
    public int? HardTimeout { get; init; }

    /// <summary>Seconds since its last packet; null where not printed.</summary>
    public int? IdleAge { get; init; }

    /// <summary>Seconds since it was last changed; null where not printed.</summary>
    public int? HardAge { get; init; }

    /// <summary>Cookie, age, counters, timeouts and flags as printed, in their order; unknown ones too.</summary>
    public IReadOnlyList<string> Attributes { get; init; } = [];

    /// <summary>The priority was printed.</summary>
    public bool ShowsPriority { get; init; }

    /// <summary>All of these must hold; none: any packet.</summary>
    public IReadOnlyList<Match> Matches { get; init; } = [];

    /// <summary>What it does, in order.</summary>
    public IReadOnlyList<FlowAction> Actions { get; init; } = [];

    /// <summary>Line it was read from, from 1; 0 where none.</summary>
    public int Line { get; init; }

    /// <summary>The match with the priority, as printed.</summary>
    public string MatchText
    {
        get
        {
            var text = new StringBuilder();
            if (ShowsPriority)
            {
                text.Append("priority=").Append(Priority);
            }
            foreach (var match in Matches)
            {
                text.Append(text.Length > 0 ? "," : "").Append(match.Text);
            }
            return text.ToString();
        }
    }

    /// <summary>The actions as printed.</summary>
    public string ActionsText => string.Join(',', Actions.Select(a => a.Text));

    /// <summary>The line as <c>ovs-ofctl dump-flows</c> prints it, with its leading blank.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(" ");
        foreach (var attribute in Attributes)
        {
            text.Append(attribute).Append(attribute.Contains('=', StringComparison.Ordinal) ? ", " : " ");
        }
        var match = MatchText;
        return text.Append(match).Append(match.Length > 0 ? " " : "").Append("actions=").Append(ActionsText).ToString();
    }
}
