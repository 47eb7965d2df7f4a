namespace Plumbline.Integration.Tests.Timing;

/// <summary>What goes through a <see cref="RoutedChain"/>, and how far the books can be compared.</summary>
internal sealed record RoutedTraffic
{
    /// <summary>As <c>plumb latency --json</c> writes it.</summary>
    public string Protocol { get; init; } = "UDP";

    /// <summary>From the host to the VM's floating IP; else from the VM to the host.</summary>
    public bool IsInwards { get; init; }

    /// <summary>The router gives the VM a floating IP; else all go out with the router's own address.</summary>
    public bool IsFloating { get; init; }

    /// <summary>What is planted at each join in turn.</summary>
    public HoldPlan Plan { get; init; } = new()
    {
        Delay = TimeSpan.FromMilliseconds(8),
        Jitter = TimeSpan.FromMilliseconds(4),
        LostOfThousand = 30,
        LateOfThousand = 10,
        Seed = 11,
    };

    /// <summary>Bytes kept of each packet; 0: all.</summary>
    public int SnapLength { get; init; }

    /// <summary>The holder sees the packets that the hop before it sees: neither cut to pieces nor put together between them.</summary>
    public bool HasSamePieces { get; init; } = true;

    /// <summary>Packets of the same bytes: which of them was overtaken, or how long one took that lies near another, nobody can tell.</summary>
    public bool AreAlike { get; init; }

    /// <summary>Pieces of one packet in three: where a router puts packets together, the others die that have lost one before.</summary>
    public bool DiesTogether { get; init; }

    /// <summary>Sends it all.</summary>
    public required Action<RoutedChain> Send { get; init; }
}
