using Plumbline.OpenFlow.Flows;

namespace Plumbline.OpenFlow.Simulation;

/// <summary>One step of a packet's way.</summary>
public abstract record TraceStep
{
    private TraceStep(int depth) => Depth = depth;

    /// <summary>How deep it is nested, from 0.</summary>
    public int Depth { get; }

    /// <summary>It comes into a bridge: at first, through a patch port, or back from the connection tracker.</summary>
    /// <param name="Depth">How deep it is nested.</param>
    /// <param name="Bridge">The bridge.</param>
    /// <param name="InPort">The port it came in by.</param>
    /// <param name="Why">How it came.</param>
    public sealed record Entered(int Depth, string Bridge, int InPort, string Why) : TraceStep(Depth)
    {
        /// <inheritdoc/>
        public override string ToString() => $"bridge {Bridge}, in_port {InPort}: {Why}";
    }

    /// <summary>It was looked up in a table.</summary>
    /// <param name="Depth">How deep it is nested.</param>
    /// <param name="Bridge">The bridge.</param>
    /// <param name="Table">The table.</param>
    /// <param name="Flow">What it found; null: nothing, so it is dropped.</param>
    public sealed record LookedUp(int Depth, string Bridge, int Table, Flow? Flow) : TraceStep(Depth)
    {
        /// <inheritdoc/>
        public override string ToString() => Flow is null
            ? $"table {Table}: no flow matches: drop"
            : $"table {Table}: {(Flow.MatchText.Length > 0 ? Flow.MatchText + ", " : "")}cookie 0x{Flow.Cookie:x}";
    }

    /// <summary>An action was done.</summary>
    /// <param name="Depth">How deep it is nested.</param>
    /// <param name="Action">Which.</param>
    /// <param name="Change">What it changed; null where nothing.</param>
    public sealed record Acted(int Depth, FlowAction Action, FieldChange? Change) : TraceStep(Depth)
    {
        /// <inheritdoc/>
        public override string ToString() => Change is null ? Action.Text : $"{Action.Text}   ({Change})";
    }

    /// <summary>What came of the action above.</summary>
    /// <param name="Depth">How deep it is nested.</param>
    /// <param name="Text">In words.</param>
    public sealed record Noted(int Depth, string Text) : TraceStep(Depth)
    {
        /// <inheritdoc/>
        public override string ToString() => "→ " + Text;
    }

    /// <summary>The packet would teach the bridge a flow.</summary>
    /// <param name="Depth">How deep it is nested.</param>
    /// <param name="Flow">Which.</param>
    public sealed record Learned(int Depth, LearnedFlow Flow) : TraceStep(Depth)
    {
        /// <inheritdoc/>
        public override string ToString() => "→ would learn: " + Flow.Text;
    }
}
