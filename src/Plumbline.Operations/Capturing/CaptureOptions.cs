namespace Plumbline.Operations.Capturing;

/// <summary>How to capture what a plan says.</summary>
public sealed record CaptureOptions
{
    /// <summary>As tcpdump's and Wireshark's.</summary>
    public const int MaxSnapLength = 262_144;

    /// <summary>Where packets go.</summary>
    public required CaptureDestination Destination { get; init; }

    /// <summary>tcpdump's filter syntax, run in the kernel; null: all packets.</summary>
    public string? Filter { get; init; }

    /// <summary>End after this long; null: when interrupted.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>End after exactly this many packets, of all points together; null: no limit.</summary>
    public long? Count { get; init; }

    /// <summary>End when packets of this many bytes on the wire were written; null: no limit.</summary>
    public long? Bytes { get; init; }

    /// <summary>End some time after a packet; null: none does.</summary>
    public StopTrigger? Trigger { get; init; }

    /// <summary>When a file is full and how many are kept; null: one file.</summary>
    public FileLimits? Files { get; init; }

    /// <summary>Comments for packets; null: none.</summary>
    public PacketCommenter? Comment { get; init; }

    /// <summary>Bytes kept of each packet.</summary>
    public int SnapLength { get; init; } = MaxSnapLength;

    /// <summary>Version of this program, for the file.</summary>
    public string? Application { get; init; }

    /// <summary>Who asked and how, for the mark and the database's log: <c>alice: plumb capture test-vm</c>.</summary>
    public string? Reason { get; init; }
}
