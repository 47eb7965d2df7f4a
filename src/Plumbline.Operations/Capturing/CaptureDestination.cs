using Plumbline.Packets;

namespace Plumbline.Operations.Capturing;

/// <summary>Where packets go. A closed set.</summary>
public abstract record CaptureDestination
{
    private CaptureDestination()
    {
    }

    /// <summary>A pcapng file; an existing one is overwritten.</summary>
    public sealed record ToFile(string Path) : CaptureDestination;

    /// <summary>pcapng to standard output, each packet as it comes.</summary>
    public sealed record ToStandardOutput : CaptureDestination;

    /// <summary>One line a packet. <paramref name="Write"/> gets them one at a time; <paramref name="Flush"/> when none is waiting.</summary>
    public sealed record ToLines(Action<CaptureLine> Write, Action Flush) : CaptureDestination;
}

/// <summary>A packet told in one line.</summary>
/// <param name="Time">When it passed.</param>
/// <param name="Point">Where: the point's name.</param>
/// <param name="Summary">What it is.</param>
/// <param name="Length">Bytes on the wire.</param>
/// <param name="Comment">What is to be said of it: the firewall's verdict; null: nothing.</param>
public sealed record CaptureLine(DateTimeOffset Time, string Point, PacketSummary Summary, int Length, string? Comment = null);
