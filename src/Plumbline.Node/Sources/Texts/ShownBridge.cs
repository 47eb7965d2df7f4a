using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources.Texts;

/// <summary>A bridge of a listing.</summary>
/// <param name="Facts">What is shown.</param>
/// <param name="MayBeCut">It is the last of a listing that lacks the end that ovs-vsctl prints, <c>ovs_version</c>.</param>
/// <param name="IsCut">Somebody wrote "..." into it.</param>
internal sealed record ShownBridge(OvsBridge Facts, bool MayBeCut, bool IsCut);
