namespace Plumbline.OpenFlow.Groups;

/// <summary>One group of a bridge, as <c>ovs-ofctl dump-groups</c> prints it.</summary>
public sealed record FlowGroup
{
    /// <summary>Its number.</summary>
    public required uint Id { get; init; }

    /// <summary>How it chooses.</summary>
    public required GroupType Type { get; init; }

    /// <summary>In order.</summary>
    public IReadOnlyList<Bucket> Buckets { get; init; } = [];

    /// <summary>The line as printed, without blanks around it.</summary>
    public required string Text { get; init; }

    /// <summary>The line as printed.</summary>
    public override string ToString() => " " + Text;
}
