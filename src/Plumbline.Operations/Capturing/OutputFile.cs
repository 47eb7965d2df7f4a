using Microsoft.Win32.SafeHandles;
using Plumbline.Linux.Compression;
using Plumbline.Linux.Files;
using Plumbline.Packets.Pcapng;

namespace Plumbline.Operations.Capturing;

/// <summary>Where a pcapng goes: a file or standard output, unbuffered (the writer buffers, and cuts a file back to whole blocks).</summary>
internal sealed class OutputFile : IDisposable
{
    /// <summary>errno values that .NET puts into HResult of an IOException.</summary>
    private const int ENOSPC = 28;

    private const int EPIPE = 32;

    private const int EDQUOT = 122;

    private readonly FileStream _file;
    private readonly DirectFileStream? _direct;
    private readonly ZstdWriteStream? _zstd;
    private readonly QueuedStream? _queue;
    private readonly string? _created;

    private OutputFile(FileStream file, DirectFileStream? direct, bool isCompressed, string name, string? created)
    {
        _file = file;
        _direct = direct;
        Stream = direct is null ? file : direct;
        if (isCompressed)
        {
            Stream = _zstd = new(Stream);
            if (direct is not null)
            {
                Stream = _queue = new(_zstd); // compressing is slower than a ring fills
            }
        }
        Name = name;
        _created = created;
    }

    /// <summary>For messages.</summary>
    public string Name { get; }

    /// <summary>What to write to.</summary>
    public Stream Stream { get; }

    /// <summary>A file on a disk, written window by window rather than packet by packet.</summary>
    public bool IsDirect => _direct is not null;

    /// <summary>Bytes in the file; null for a pipe.</summary>
    public long? Length => _direct?.Length ?? (_file.CanSeek ? _file.Length : null);

    /// <summary>Ends a compressed stream, and waits until all is written.</summary>
    /// <exception cref="IOException">It could not be.</exception>
    public void Complete()
    {
        _queue?.Complete();
        _zstd?.Complete();
        _direct?.Complete();
    }

    /// <summary>Opens for writing; an existing file is emptied. What ends with <c>.zst</c> is compressed.</summary>
    /// <exception cref="OperationsException">Not possible.</exception>
    public static OutputFile Open(string path)
    {
        try
        {
            var isNew = !File.Exists(path);
            // others may read along: Wireshark, tail
            var stream = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, 0);
            var isDisk = stream.CanSeek && (!path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/dev/shm/", StringComparison.Ordinal));
            var isCompressed = path.EndsWith(".zst", StringComparison.Ordinal);
            return new(
                stream, isDisk ? new(stream.SafeFileHandle, path, wholeOf: isCompressed ? null : PcapngWriter.WholeBlocks) : null, isCompressed,
                path, isNew && stream.CanSeek ? path : null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CaptureRunProblems.CannotOpen(path, exception);
        }
    }

    /// <summary>The next of several files.</summary>
    /// <exception cref="IOException">Not possible.</exception>
    public static OutputFile OpenNext(string path)
    {
        try
        {
            return Open(path);
        }
        catch (OperationsException exception)
        {
            throw exception.InnerException as IOException ?? new IOException(exception.Problem.What, exception);
        }
    }

    /// <summary>Standard output. Console's own stream would hide that the reader has gone.</summary>
    public static OutputFile OpenStandardOutput() =>
        new(new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, 0), null, false, "standard output", null);

    /// <summary>Who reads has closed the pipe.</summary>
    public static bool IsReaderGone(IOException exception) => exception.HResult == EPIPE;

    /// <summary>No room, or the quota is used up.</summary>
    public static bool IsFull(IOException exception) => exception.HResult is ENOSPC or EDQUOT;

    /// <summary>Takes back a file that was made for nothing.</summary>
    public void Discard()
    {
        Dispose();
        if (_created is not null)
        {
            File.Delete(_created);
        }
    }

    /// <summary>Closes.</summary>
    public void Dispose()
    {
        _queue?.Dispose();
        _zstd?.Dispose();
        _direct?.Dispose();
        _file.Dispose();
    }
}
