using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Reading;

/// <summary>A file that somebody still writes: at its end it waits for more until it is cancelled.</summary>
internal sealed class FollowingStream(Stream file, CancellationToken cancellationToken) : ReadingStream
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    public override int Read(Span<byte> buffer)
    {
        int length;
        while ((length = file.Read(buffer)) == 0 && !cancellationToken.WaitHandle.WaitOne(_pause))
        {
        }
        return length;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }
        base.Dispose(disposing);
    }
}
