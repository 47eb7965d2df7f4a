using System.Net;
using Plumbline.Diagnosis.Tracing;
using Plumbline.Operations.Labs;
using Plumbline.Primitives;

namespace Plumbline.Integration.Tests.Tracing.Packets;

/// <summary>One question, and what its packet really did.</summary>
internal sealed class PacketCase
{
    public required TraceQuestion Question { get; init; }

    public required LabInstance Source { get; init; }

    public required LabInstance Target { get; init; }

    /// <summary>Tells its frames from others': source port or echo identifier.</summary>
    public required ushort Number { get; init; }

    public required IPAddress From { get; init; }

    public required IPAddress To { get; init; }

    public MacAddress SourceMac => Question.FromMac ?? Source.Mac;

    /// <summary>The MAC that the target's address was said to have; null: nobody answered.</summary>
    public MacAddress? Resolved { get; set; }

    /// <summary>It came to the target's NIC.</summary>
    public bool HasArrived { get; set; }

    /// <summary>The answer came back.</summary>
    public bool IsAnswered { get; set; }

    /// <summary>The last part of the exchange that was made.</summary>
    public TracePhase? Ended => Resolved is null ? TracePhase.Resolution : !HasArrived ? TracePhase.Forward
        : Question.IsOneWay || IsAnswered ? null : TracePhase.Return;

    public override string ToString() => $"{Source.Name} {From} {(Question.FromMac is { } mac ? $"({mac}) " : "")}→ {Target.Name} {To} protocol {Question.Protocol}"
        + $"{(Question.DestinationPort > 0 ? $" {Question.SourcePort}→{Question.DestinationPort}" : "")}{(Question.IsOneWay ? " one way" : "")}";
}
