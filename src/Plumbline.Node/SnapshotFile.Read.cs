using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Plumbline.Node.Facts;

namespace Plumbline.Node;

public static partial class SnapshotFile
{
    private const int LongestHeader = 40;

    /// <summary>Reads; <paramref name="name"/> stands in the error messages.</summary>
    /// <exception cref="NodeException">Damaged, cut off, or written by a newer plumb.</exception>
    public static NodeSnapshot Read(Stream stream, string name)
    {
        try
        {
            CheckHeader(ReadHeader(stream), name);
            using var gzip = new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true);
            using var limited = new LimitedStream(gzip, LargestDocument);
            var snapshot = JsonSerializer.Deserialize(limited, SnapshotJson.Contract);
            return snapshot is not null && SnapshotCheck.IsWhole(snapshot)
                ? snapshot
                : throw new NodeException(Problems.Damaged(name, "something in it is null that must not be"));
        }
        catch (InvalidDataException exception)
        {
            throw new NodeException(Problems.Damaged(name, exception.Message), inner: exception);
        }
        catch (JsonException exception)
        {
            throw new NodeException(Problems.Damaged(name, exception.Message), inner: exception);
        }
        catch (NotSupportedException exception)
        {
            throw new NodeException(Problems.Damaged(name, exception.Message), inner: exception);
        }
        catch (IOException exception)
        {
            throw new NodeException(Problems.CannotRead(name, exception), inner: exception);
        }
    }

    /// <summary>The first line without its end; null where there is none within reach.</summary>
    private static string? ReadHeader(Stream stream)
    {
        Span<byte> line = stackalloc byte[LongestHeader];
        for (var length = 0; length < line.Length; length++)
        {
            var octet = stream.ReadByte();
            if (octet is '\n')
            {
                return Encoding.ASCII.GetString(line[..length]);
            }
            if (octet < 0)
            {
                return null;
            }
            line[length] = (byte)octet;
        }
        return null;
    }

    private static void CheckHeader(string? header, string name)
    {
        const string Word = "plumb-snapshot ";
        if (header is null || !header.StartsWith(Word, StringComparison.Ordinal))
        {
            throw new NodeException(Problems.NoSnapshot(name));
        }
        if (!int.TryParse(header.AsSpan(Word.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            || version < 1)
        {
            throw new NodeException(Problems.Damaged(name, $"its version is not a number: {header[Word.Length..]}"));
        }
        if (version > Version)
        {
            throw new NodeException(Problems.NewerSnapshot(name, version));
        }
    }

    /// <summary>Reads through, and refuses when there is more than was allowed for.</summary>
    private sealed class LimitedStream(Stream inner, long limit) : Stream
    {
        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => _read;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var count = inner.Read(buffer);
            _read += count;
            return _read <= limit
                ? count
                : throw new InvalidDataException($"it unpacks to more than {limit >> 20} MiB");
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
