using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Plumbline.Linux.Native;
using Plumbline.Primitives;

namespace Plumbline.Linux.Files;

/// <summary>
/// Writes a file at the disk's own speed: whole windows of 1 MiB go past the page cache (O_DIRECT), which costs almost no processor time
/// and leaves the node's cache to its guests; what is flushed before a window is full goes through the cache, so that others can read
/// along, and so do whole windows while half of all wait: what is more than the disk takes at the moment shall not be lost. A thread of its own writes while the caller fills the next window. What waits is bounded: when all windows are full,
/// <see cref="Write(ReadOnlySpan{byte})"/> waits for the disk.
/// <para>
/// <b>When the disk fails</b> (full, say), the file is cut back to the end of the last <see cref="Write(ReadOnlySpan{byte})"/>, or of the
/// last record, that is there whole, and that error comes out of each call from then on.
/// </para>
/// As an <see cref="IBufferWriter{T}"/> it lends its windows, so that what is built there need not be copied there.
/// One thread may call; <see cref="Dispose"/> waits for the disk.
/// </summary>
public sealed unsafe class DirectFileStream : WritingStream, IBufferWriter<byte>
{
    private const int Alignment = 4096;

    /// <summary>Less than this is not worth an own trip to the disk.</summary>
    private const int LeastDirect = 1 << 16;

    private readonly SafeFileHandle _file;
    private readonly FileWindows _windows;
    private readonly WholeRecords? _wholeOf;
    private readonly Queue<FileWindow> _full = [];
    private readonly Stack<FileWindow> _free = [];
    private readonly object _gate = new();
    private readonly Thread _thread;
    private SafeFileHandle? _direct;
    private FileWindow? _current;
    private long _position;
    private int _made;
    private int _busy;
    private bool _closed;
    private bool _disposed;
    private IOException? _error;

    /// <summary>Starts at the beginning of an empty file, which it then owns.</summary>
    /// <param name="file">Open for writing.</param>
    /// <param name="path">Its path, to be opened once more; where the file system knows no O_DIRECT all goes through the cache.</param>
    /// <param name="windows">Windows of 1 MiB that may wait.</param>
    /// <param name="wholeOf">How many of a write's bytes, cut off anywhere, are whole records; null: none before its end.</param>
    public DirectFileStream(SafeFileHandle file, string path, int windows = 16, WholeRecords? wholeOf = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentOutOfRangeException.ThrowIfLessThan(windows, 2);
        _file = file;
        _windows = FileWindows.Take(windows);
        _wholeOf = wholeOf;
        _direct = Libc.open(path, Libc.O_WRONLY | Libc.O_DIRECT | Libc.O_CLOEXEC, 0);
        if (_direct.IsInvalid)
        {
            _direct.Dispose();
            _direct = null;
        }
        _thread = new(WriteAll) { IsBackground = true, Name = "capture file" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public override long Length => _position;

    /// <inheritdoc/>
    public override long Position { get => _position; set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    /// <exception cref="IOException">The disk failed, now or before.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        while (!buffer.IsEmpty)
        {
            _current ??= TakeFree();
            var count = Math.Min(buffer.Length, FileWindow.Size - _current.End);
            buffer[..count].CopyTo(_current.Span[_current.End..]);
            buffer = buffer[count..];
            Add(count, isWhole: buffer.IsEmpty);
        }
    }

    /// <summary>
    /// Memory of an array (MemoryMarshal.TryGetArray) up to the next multiple of 1 MiB of the file; valid until the next
    /// call of another method.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="sizeHint"/> reaches beyond that multiple.</exception>
    /// <exception cref="IOException">The disk failed before.</exception>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _current ??= TakeFree();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sizeHint, FileWindow.Size - _current.End);
        return _current.Array.AsMemory(_current.First + _current.End, FileWindow.Size - _current.End);
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The disk failed before.</exception>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>So much of what <see cref="GetMemory"/> lent was filled; it counts as one write.</summary>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (_current is null || count > FileWindow.Size - _current.End)
        {
            throw new InvalidOperationException("more than was lent");
        }
        Add(count, isWhole: true);
    }

    private void Add(int count, bool isWhole)
    {
        _current!.End += count;
        _position += count;
        if (isWhole)
        {
            _current.Marks.Add(_position);
        }
        if (_current.End == FileWindow.Size)
        {
            HandOver();
        }
    }

    /// <summary>Hands what there is to the thread that writes; does not wait for it.</summary>
    /// <exception cref="IOException">The disk failed before.</exception>
    public override void Flush()
    {
        if (_current is not null)
        {
            HandOver();
        }
        lock (_gate)
        {
            ThrowIfFailed();
        }
    }

    /// <summary>Waits until all is in the file.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public void Complete()
    {
        Flush();
        lock (_gate)
        {
            while (_error is null && (_full.Count > 0 || _busy > 0))
            {
                Monitor.Wait(_gate);
            }
            ThrowIfFailed();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            lock (_gate)
            {
                if (_current is { } last && _error is null)
                {
                    _full.Enqueue(last);
                }
                _current = null;
                _closed = true;
                Monitor.PulseAll(_gate);
            }
            _thread.Join();
            _disposed = true;
            _windows.GiveBack();
            _direct?.Dispose();
            _file.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <summary>A window stands at its multiple of <see cref="FileWindow.Size"/> in the file, so that memory and file are aligned alike.</summary>
    private FileWindow TakeFree()
    {
        lock (_gate)
        {
            while (_error is null && _free.Count == 0 && _made == _windows.Count)
            {
                Monitor.Wait(_gate);
            }
            ThrowIfFailed();
            if (_free.Count == 0)
            {
                _free.Push(_windows[_made++]);
            }
            var window = _free.Pop();
            window.StartAt(_position);
            return window;
        }
    }

    private void HandOver()
    {
        lock (_gate)
        {
            _full.Enqueue(_current!);
            _current = null;
            Monitor.PulseAll(_gate);
        }
    }

    private void WriteAll()
    {
        while (true)
        {
            FileWindow window;
            bool isPressed;
            lock (_gate)
            {
                while (_full.Count == 0)
                {
                    if (_closed)
                    {
                        return;
                    }
                    Monitor.Wait(_gate);
                }
                isPressed = _full.Count >= _windows.Count / 2;
                window = _full.Dequeue();
                _busy = 1;
            }
            IOException? failed = null;
            try
            {
                if (_error is null)
                {
                    WriteOut(window, isPressed);
                }
            }
            catch (IOException exception)
            {
                CutBack(window);
                failed = exception;
            }
            lock (_gate)
            {
                _error ??= failed;
                _busy = 0;
                _free.Push(window);
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>The aligned middle directly, what stands before and behind through the cache.</summary>
    private void WriteOut(FileWindow window, bool isPressed)
    {
        var start = window.Start;
        var first = Math.Min((start + Alignment - 1) & -Alignment, window.End);
        var last = window.End & -Alignment;
        if (_direct is not null && !isPressed && last - first >= LeastDirect)
        {
            WriteCached(window, start, first);
            first = WriteDirect(window, first, last);
            WriteCached(window, first, window.End);
        }
        else
        {
            WriteCached(window, start, window.End);
        }
    }

    /// <returns>How far it came: what is left is tried through the cache, which tells the error, if there is one.</returns>
    private int WriteDirect(FileWindow window, int from, int to)
    {
        while (from < to)
        {
            var written = Libc.pwrite(_direct!, window.Memory + from, to - from, window.FileOffset + from);
            if (written <= 0 || written % Alignment != 0)
            {
                _direct!.Dispose();
                _direct = null;
                return from + (int)Math.Max(0, written);
            }
            from += (int)written;
        }
        return from;
    }

    private void WriteCached(FileWindow window, int from, int to)
    {
        if (to > from)
        {
            RandomAccess.Write(_file, new ReadOnlySpan<byte>(window.Memory + from, to - from), window.FileOffset + from);
        }
    }

    /// <summary>A file ends behind a whole write of the caller.</summary>
    private void CutBack(FileWindow window)
    {
        try
        {
            var arrived = RandomAccess.GetLength(_file);
            var end = window.FileOffset + window.Start;
            foreach (var mark in window.Marks)
            {
                end = mark <= arrived ? Math.Max(end, mark) : end;
            }
            var rest = (int)(Math.Min(arrived, window.FileOffset + window.End) - end);
            if (rest > 0 && _wholeOf is not null)
            {
                end += _wholeOf(new(window.Memory + (end - window.FileOffset), rest));
            }
            RandomAccess.SetLength(_file, Math.Min(end, arrived));
        }
        catch (IOException)
        {
            return; // the first error is the one to tell; readers stop at the half block
        }
    }

    private void ThrowIfFailed()
    {
        if (_error is not null)
        {
            throw new IOException(_error.Message, _error.HResult);
        }
    }
}
