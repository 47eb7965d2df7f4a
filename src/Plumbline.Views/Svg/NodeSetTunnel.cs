namespace Plumbline.Views.Svg;

/// <summary>A tunnel between two nodes as a line with right angles.</summary>
/// <param name="Points">Its corners, from end to end.</param>
/// <param name="Type">vxlan, gre, geneve.</param>
/// <param name="IsOneSided">The other node has no port that leads back.</param>
/// <param name="From">The node that it begins at, by its place.</param>
/// <param name="To">The node that it leads to.</param>
/// <param name="Lane">Which of the lanes of a channel it has.</param>
internal sealed record NodeSetTunnel(IReadOnlyList<SvgPoint> Points, string Type, bool IsOneSided, int From, int To, int Lane);
