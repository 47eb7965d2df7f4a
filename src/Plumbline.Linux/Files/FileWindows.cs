using System.Runtime.InteropServices;
using Plumbline.Linux.Native;

namespace Plumbline.Linux.Files;

/// <summary>
/// The memory of a <see cref="DirectFileStream"/>'s windows: one array, so that the kernel may give it huge pages. A window is then one piece of
/// memory to the disk instead of 256, and filling it meets no faults (bench/capture-rate: a third of a capture's processor time at 60 bytes).
/// Pages come when a window is used first. A stream that ends leaves its windows to the next one: files of a ring follow each other.
/// </summary>
internal sealed class FileWindows
{
    private const int HugePage = 1 << 21;

    private static FileWindows? _spare;

    private readonly FileWindow[] _windows;

    private FileWindows(int count)
    {
        var array = GC.AllocateUninitializedArray<byte>(count * FileWindow.Size + HugePage, pinned: true);
        var start = Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
        var aligned = start + HugePage - 1 & -HugePage;
        // a kernel without huge pages refuses, and small ones do
        _ = Libc.madvise(aligned, (nuint)(count * FileWindow.Size), Libc.MADV_HUGEPAGE);
        _windows = new FileWindow[count];
        for (var i = 0; i < count; i++)
        {
            var place = aligned + i * FileWindow.Size;
            _windows[i] = new(array, (int)(place - start), place);
        }
    }

    /// <summary>How many.</summary>
    public int Count => _windows.Length;

    /// <summary>The window of that number, from 0.</summary>
    public FileWindow this[int number] => _windows[number];

    /// <summary>Windows that are nobody's.</summary>
    public static FileWindows Take(int count) =>
        Interlocked.Exchange(ref _spare, null) is { } spare && spare.Count == count ? spare : new(count);

    /// <summary>Nobody uses them any more.</summary>
    public void GiveBack() => Interlocked.Exchange(ref _spare, this);
}
