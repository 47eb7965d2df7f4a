namespace Plumbline.Operations.Capturing;

/// <summary>Why a capture ended.</summary>
public enum CaptureEnd
{
    /// <summary>The time was over.</summary>
    Duration,

    /// <summary>The number of packets was reached.</summary>
    Count,

    /// <summary>The number of bytes was reached.</summary>
    Bytes,

    /// <summary>The packet that was waited for came, and the time after it is over.</summary>
    Trigger,

    /// <summary>SIGINT, SIGTERM or SIGHUP.</summary>
    Interrupted,

    /// <summary>Who read our output closed it.</summary>
    ReaderGone,

    /// <summary>The output could not be written: disk full.</summary>
    OutputFailed,

    /// <summary>What was captured is gone: port or bridge deleted, device removed or down, our mirror taken away.</summary>
    SourceGone,
}
