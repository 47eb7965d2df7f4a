using Microsoft.Win32.SafeHandles;

namespace Plumbline.Operations.Capturing;

/// <summary>Where a pcapng goes: a file or standard output, unbuffered (the writer buffers, and cuts a file back to whole blocks).</summary>
internal sealed class OutputFile : IDisposable
{
    /// <summary>errno values that .NET puts into HResult of an IOException.</summary>
    private const int ENOSPC = 28;

    private const int EPIPE = 32;

    private const int EDQUOT = 122;

    private readonly FileStream _stream;
    private readonly string? _created;

    private OutputFile(FileStream stream, string name, string? created)
    {
        _stream = stream;
        Name = name;
        _created = created;
    }

    /// <summary>For messages.</summary>
    public string Name { get; }

    /// <summary>What to write to.</summary>
    public Stream Stream => _stream;

    /// <summary>Bytes in the file; null for a pipe.</summary>
    public long? Length => _stream.CanSeek ? _stream.Length : null;

    /// <summary>Opens for writing; an existing file is emptied.</summary>
    /// <exception cref="OperationsException">Not possible.</exception>
    public static OutputFile Open(string path)
    {
        try
        {
            var isNew = !File.Exists(path);
            // others may read along: Wireshark, tail
            var stream = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, 0);
            return new(stream, path, isNew && stream.CanSeek ? path : null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CaptureRunProblems.CannotOpen(path, exception);
        }
    }

    /// <summary>Standard output. Console's own stream would hide that the reader has gone.</summary>
    public static OutputFile OpenStandardOutput() =>
        new(new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, 0), "standard output", null);

    /// <summary>Who reads has closed the pipe.</summary>
    public static bool IsReaderGone(IOException exception) => exception.HResult == EPIPE;

    /// <summary>No room, or the quota is used up.</summary>
    public static bool IsFull(IOException exception) => exception.HResult is ENOSPC or EDQUOT;

    /// <summary>Takes back a file that was made for nothing.</summary>
    public void Discard()
    {
        _stream.Dispose();
        if (_created is not null)
        {
            File.Delete(_created);
        }
    }

    /// <summary>Closes.</summary>
    public void Dispose() => _stream.Dispose();
}
