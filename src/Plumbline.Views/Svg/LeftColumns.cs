using Plumbline.Node.Topologies;
using Plumbline.Primitives;

namespace Plumbline.Views.Svg;

/// <summary>
/// Where the parts of instances' chains stand, as distances to the left of the bridge's edge; common to all bridges of a drawing, so
/// that columns line up.
/// </summary>
internal sealed record LeftColumns
{
    private const double WidestInstance = 330;

    /// <summary>Beside the name of a qbr, so that its box is seen.</summary>
    private const double Room = 8;

    /// <summary>Half of the widest port on the edge.</summary>
    public double EdgeHalf { get; private init; }

    /// <summary>Middle of qvb, which is the right edge of the qbr's box.</summary>
    public double BridgeEnd { get; private init; }

    /// <summary>Middle of qbr's name.</summary>
    public double BridgeName { get; private init; }

    /// <summary>Middle of tap, which is the left edge of the qbr's box.</summary>
    public double Tap { get; private init; }

    /// <summary>Right edge of instances.</summary>
    public double InstanceRight { get; private init; }

    /// <summary>Width of instances.</summary>
    public double InstanceWidth { get; private init; }

    /// <summary>How far all this reaches.</summary>
    public double Extent => InstanceRight + InstanceWidth;

    /// <summary>Measures all instances of a plan.</summary>
    public static LeftColumns Measure(TopologyIndex index, DrawingPlan plan)
    {
        var groups = plan.Roots.SelectMany(root => root.Left).ToList();
        var vifs = groups.SelectMany(group => group.Vifs).ToList();
        var edge = Widest(vifs.Select(vif => index.Find(EdgeOf(vif)))) / 2;
        var instance = Math.Min(WidestInstance, groups
            .Select(group => TextMeasure.Of(Printable.Escape(group.Title), SvgSizes.Heading, true))
            .Concat(vifs.Select(vif => TextMeasure.Of(AddressText(vif), SvgSizes.Small, false)))
            .DefaultIfEmpty(0).Max() + 20);
        if (!vifs.Exists(IsHybrid))
        {
            return new() { EdgeHalf = edge, InstanceRight = edge + SvgSizes.Wire, InstanceWidth = instance };
        }
        var qvb = Widest(vifs.Where(IsHybrid).Select(vif => index.Find(vif.BridgeEnd)));
        var qbr = Widest(vifs.Where(IsHybrid).Select(vif => index.Find(vif.HybridBridge)));
        var tap = Widest(vifs.Where(IsHybrid).Select(vif => index.Find(vif.Device)));
        var bridgeEnd = edge + SvgSizes.Wire + qvb / 2;
        var bridgeName = bridgeEnd + qvb / 2 + qbr / 2 + Room;
        var tapMiddle = bridgeName + qbr / 2 + tap / 2 + Room;
        return new()
        {
            EdgeHalf = edge,
            BridgeEnd = bridgeEnd,
            BridgeName = bridgeName,
            Tap = tapMiddle,
            InstanceRight = tapMiddle + tap / 2 + SvgSizes.Wire,
            InstanceWidth = instance,
        };

        static double Widest(IEnumerable<Element?> elements) => elements.OfType<Element>()
            .Select(element => TextMeasure.Of(Printable.Escape(element.Name), SvgSizes.Text, false) + 2 * SvgSizes.ChipPadding)
            .DefaultIfEmpty(0).Max();
    }

    /// <summary>A qbr stands between tap and br-int.</summary>
    public static bool IsHybrid(Vif vif) => vif.HybridBridge is not null || vif.BridgeEnd is not null;

    /// <summary>The part of a VIF that stands on the bridge's edge: an element id.</summary>
    public static string? EdgeOf(Vif vif) => vif.OvsEnd ?? (IsHybrid(vif) ? null : vif.Device);

    /// <summary>What is written at a VIF's end in the instance.</summary>
    public static string AddressText(Vif vif) => string.Join(" · ",
        ((string?[])[SvgWords.AddressesOf(vif.IPAddresses), vif.Address?.ToString()]).Where(text => text is { Length: > 0 }));
}
