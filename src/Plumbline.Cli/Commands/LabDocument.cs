using Plumbline.Operations.Labs;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb lab status --json</c>.</summary>
internal sealed record LabDocument
{
    public required string Directory { get; init; }

    public required string Tunnel { get; init; }

    public required string NetworkId { get; init; }

    public required bool IsWell { get; init; }

    public required IReadOnlyList<LabNodeStatus> Nodes { get; init; }

    public required IReadOnlyList<LabInstanceStatus> Instances { get; init; }

    public static LabDocument Of(LabStatus status) => new()
    {
        Directory = status.Lab.Directory,
        Tunnel = status.Lab.Tunnel,
        NetworkId = status.Lab.NetworkId,
        IsWell = status.IsWell,
        Nodes = status.Nodes,
        Instances = status.Instances,
    };
}
