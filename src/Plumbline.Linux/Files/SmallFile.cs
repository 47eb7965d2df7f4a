using Plumbline.Linux.Native;

namespace Plumbline.Linux.Files;

/// <summary>Files of some kilobytes, thousands of them: no more system calls than open, read and close.</summary>
public sealed class SmallFile
{
    private byte[] _buffer = new byte[64 << 10];

    /// <summary>What is in a file, until the next is read; null where it cannot be opened or read.</summary>
    public ReadOnlyMemory<byte>? Read(string path)
    {
        using var file = Libc.open(path, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        if (file.IsInvalid)
        {
            return null;
        }
        for (var length = 0; ;)
        {
            var count = Libc.read(file, _buffer.AsSpan(length), _buffer.Length - length);
            if (count < 0)
            {
                return null;
            }
            length += (int)count;
            // a short read of a regular file is its end (read(2))
            if (length < _buffer.Length)
            {
                return _buffer.AsMemory(0, length);
            }
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }
    }
}
