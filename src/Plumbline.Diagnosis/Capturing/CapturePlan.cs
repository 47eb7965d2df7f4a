using System.Net;

namespace Plumbline.Diagnosis.Capturing;

/// <summary>Where packets will be read, and what has to be made for that. Nothing is changed by planning.</summary>
public sealed record CapturePlan
{
    /// <summary>One or more places, in the order of the targets.</summary>
    public required IReadOnlyList<CapturePoint> Points { get; init; }

    /// <summary>What holds for all points: the OVS version's ways, the node's offloads.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Names of instances, routers and DHCP servers by their addresses, for the file and the lines.</summary>
    public IReadOnlyDictionary<IPAddress, string> Names { get; init; } = new Dictionary<IPAddress, string>();

    /// <summary>Something has to be made on the node.</summary>
    public bool ChangesNode => Points.Any(p => p is CapturePoint.OfMirror);
}
