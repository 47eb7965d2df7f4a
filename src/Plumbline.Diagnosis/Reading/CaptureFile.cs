using System.Net;
using Plumbline.Linux.Compression;
using Plumbline.Packets.Pcapng;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Reading;

/// <summary>A capture file open for reading: pcap or pcapng, plain, gzip or zstd, a path or standard input.</summary>
public sealed class CaptureFile : IDisposable
{
    /// <summary>From here on a second thread pays.</summary>
    private const long LeastAhead = 8 << 20;

    private readonly Stream _stream;
    private readonly PrefixedStream _raw;

    private CaptureFile(PrefixedStream raw, Stream stream, string name)
    {
        _raw = raw;
        _stream = stream;
        Reader = new(stream, name);
    }

    /// <summary>Its packets.</summary>
    public PcapngReader Reader { get; }

    /// <summary>
    /// Called before the file is read on, which may have to wait: what was made of its packets should be shown now. Not for a large file on
    /// a disk, which is read ahead.
    /// </summary>
    public Action? BeforeRead
    {
        get => _raw.BeforeRead;
        set => _raw.BeforeRead = _stream is ReadAheadStream ? null : value;
    }

    /// <summary>Opens one.</summary>
    /// <param name="path">A path; - is standard input.</param>
    /// <param name="follow">Wait for more at the end, as long as the token lasts.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="DiagnosisException">It cannot be opened.</exception>
    /// <exception cref="Packets.PacketsException">It is no capture file.</exception>
    public static CaptureFile Open(string path, bool follow, CancellationToken cancellationToken)
    {
        Stream stream;
        try
        {
            stream = path == "-"
                ? Console.OpenStandardInput()
                : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosisException(
                new($"cannot open the capture file: {exception.Message}", path, "give a file that exists and that you may read"));
        }
        try
        {
            var isLarge = !follow && stream.CanSeek && stream.Length >= LeastAhead;
            if (follow && path != "-")
            {
                stream = new FollowingStream(stream, cancellationToken);
            }
            var head = new byte[4];
            var length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            var raw = new PrefixedStream(head.AsMemory(0, length), stream);
            stream = head is [0x28, 0xB5, 0x2F, 0xFD] ? new ZstdStream(raw) : raw;
            if (isLarge)
            {
                stream = new ReadAheadStream(stream);
            }
            return new(raw, stream, path == "-" ? "standard input" : path);
        }
        catch (IOException exception)
        {
            stream.Dispose();
            throw Unreadable(path, exception);
        }
        catch (ProblemException)
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Names of addresses that a file tells among its first packets; none where it cannot be read twice (a pipe), or not at all, which who
    /// reads it is told.
    /// </summary>
    /// <param name="path">A path; - has none.</param>
    public static IReadOnlyDictionary<IPAddress, string> PeekNames(string path)
    {
        const int MostPackets = 20_000; // some milliseconds
        try
        {
            // a named pipe has no length, and a link may lead to a pipe: what is read from one is gone
            if (new FileInfo(path) is not { Exists: true, Length: > 0, LinkTarget: null })
            {
                return new Dictionary<IPAddress, string>();
            }
            using var file = Open(path, follow: false, CancellationToken.None);
            for (var i = 0; i < MostPackets && file.Reader.TryRead(out _); i++)
            {
            }
            return file.Reader.Names;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ProblemException)
        {
            return new Dictionary<IPAddress, string>();
        }
    }

    /// <summary>What a user is told when reading fails in the middle.</summary>
    public static DiagnosisException Unreadable(string path, IOException exception) =>
        new(new($"cannot read the capture file: {exception.Message}", path, "copy the file anew"));

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}
