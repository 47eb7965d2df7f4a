using Plumbline.Diagnosis.Tracing;

namespace Plumbline.Integration.Tests.Tracing.Packets;

/// <summary>Something planted on the first node of a lab, and a packet that meets it.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="Plant">Shell commands in the node's namespace.</param>
/// <param name="Mend">Those that undo it.</param>
/// <param name="From">Which VM sends, by its place among the lab's.</param>
/// <param name="To">Which VM gets it.</param>
internal sealed record PlantedPath(string Name, string Plant, string Mend, int From, int To)
{
    /// <summary>Where it ends; null: it does not. A start of the place's name is enough.</summary>
    public string? Ends { get; init; }

    /// <summary>The part of the exchange that ends; null: any.</summary>
    public TracePhase? Phase { get; init; }

    /// <summary>Arguments of ping; null for a TCP connection to port 22.</summary>
    public string? Ping { get; init; } = "";

    /// <summary>UDP to a port where nobody listens, in place of a ping: the sender hears of it.</summary>
    public bool IsRefused { get; init; }

    /// <summary>The size of the packet that <see cref="Ping"/> sends, from the IP header on; null: small.</summary>
    public int? Size { get; init; }

    /// <summary>It may be cut up on its way.</summary>
    public bool MayBeCut { get; init; }
}
