using Plumbline.OpenFlow.Flows;
using Plumbline.OpenFlow.Text;

namespace Plumbline.OpenFlow.Groups;

/// <summary>What was read of one bridge's groups.</summary>
/// <param name="Groups">In the order of the text.</param>
/// <param name="Problems">All that could not be read.</param>
public sealed record GroupDump(IReadOnlyList<FlowGroup> Groups, IReadOnlyList<TextProblem> Problems)
{
    /// <summary>Reads what <c>ovs-ofctl dump-groups</c> prints, or a file for <c>ovs-ofctl add-groups</c>.</summary>
    public static GroupDump Parse(string text) => new FlowParser().ParseGroups(text);
}
