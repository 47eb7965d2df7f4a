using Plumbline.OpenFlow.Text;

namespace Plumbline.OpenFlow.Flows;

/// <summary>What was read of one bridge's flows.</summary>
/// <param name="Flows">In the order of the text.</param>
/// <param name="Problems">All that could not be read.</param>
public sealed record FlowDump(IReadOnlyList<Flow> Flows, IReadOnlyList<TextProblem> Problems)
{
    /// <summary>
    /// Reads what <c>ovs-ofctl dump-flows</c> prints with any of its options, <c>ovs-appctl bridge/dump-flows</c>, or a file for
    /// <c>ovs-ofctl add-flows</c>. Headings, empty lines and comments are passed over. Never throws for what stands in the text.
    /// </summary>
    public static FlowDump Parse(string text) => new FlowParser().Parse(text);
}
