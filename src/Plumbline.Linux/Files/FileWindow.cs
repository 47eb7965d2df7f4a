namespace Plumbline.Linux.Files;

/// <summary>A piece of a file in memory: it stands at a multiple of its size in the file, so that memory and file are aligned alike.</summary>
internal sealed unsafe class FileWindow(byte[] array, int first, nint memory)
{
    /// <summary>Bytes of each.</summary>
    public const int Size = 1 << 20;

    /// <summary>Where it lies, with others.</summary>
    public byte[] Array => array;

    /// <summary>Where <see cref="Memory"/> begins in <see cref="Array"/>.</summary>
    public int First => first;

    /// <summary>Aligned as O_DIRECT wants it; never moved by the garbage collector.</summary>
    public byte* Memory => (byte*)memory;

    /// <summary>All of it.</summary>
    public Span<byte> Span => array.AsSpan(first, Size);

    /// <summary>Where <see cref="Memory"/> begins in the file.</summary>
    public long FileOffset { get; private set; }

    /// <summary>Where what is to be written begins.</summary>
    public int Start { get; private set; }

    /// <summary>Where it ends.</summary>
    public int End { get; set; }

    /// <summary>Places in the file where a caller's write ended.</summary>
    public List<long> Marks { get; } = [];

    /// <summary>Empty, for what comes at this place of the file.</summary>
    public void StartAt(long position)
    {
        FileOffset = position & -(long)Size;
        Start = End = (int)(position - FileOffset);
        Marks.Clear();
    }
}
