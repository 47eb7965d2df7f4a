using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;

namespace Plumbline.Packets.Pcapng;

/// <summary>
/// Reads pcapng and classic pcap, both byte orders, any timestamp resolution, plain or gzip, block by block. A cut-off
/// end is told (<see cref="IsTruncated"/>), not thrown; damage inside is a <see cref="PacketsException"/>. Blocks of
/// unknown type are skipped. Not thread-safe; the stream stays the caller's.
/// </summary>
public sealed partial class PcapngReader
{
    /// <summary>The most that a block or packet may claim: far above any real one, far below what hurts.</summary>
    private const int MaxLength = 1 << 26;

    private readonly string _name;
    private readonly ByteSource _source;
    private readonly List<CapturedInterface> _interfaces = [];
    private readonly List<TimestampScale> _scales = [];
    private readonly Dictionary<IPAddress, string> _names = [];
    private readonly bool _isClassic;
    private bool _bigEndian;
    private int _section = -1;
    private int _sectionStart;

    /// <summary>Starts reading.</summary>
    /// <param name="stream">Anything that can be read; it need not seek.</param>
    /// <param name="name">What errors call it: the path, or "standard input".</param>
    /// <exception cref="PacketsException">It is no capture file.</exception>
    public PcapngReader(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _name = name;
        _source = new(stream);
        if (Guard(() => _source.Peek(2) is [0x1F, 0x8B]))
        {
            _source = new(new GZipStream(new SourceStream(_source), CompressionMode.Decompress));
        }
        var magic = Guard(() =>
            BinaryPrimitives.TryReadUInt32LittleEndian(_source.Peek(4), out var value) ? value : 0);
        if (magic == PcapngFormat.SectionHeaderBlock)
        {
            return;
        }
        _isClassic = true;
        if (!IsClassicMagic(magic, out _bigEndian, out var scale))
        {
            throw new PacketsException(
                new("not a capture file: it starts neither as pcapng nor as pcap", name,
                    "give a file written by plumb, tcpdump or Wireshark"));
        }
        Guard(() => ReadClassicHeader(scale));
    }

    /// <summary>Interfaces seen so far, of all sections, in the file's order.</summary>
    public IReadOnlyList<CapturedInterface> Interfaces => _interfaces;

    /// <summary>Names of the NRBs seen so far, as they came.</summary>
    public IReadOnlyDictionary<IPAddress, string> Names => _names;

    /// <summary>The file ends inside a block.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>Moves to the next packet; null at the end.</summary>
    /// <exception cref="PacketsException">A block is damaged; the message tells where.</exception>
    /// <exception cref="IOException">The stream's own.</exception>
    public RecordedPacket? ReadPacket() => !TryRead(out var view) ? null : new()
    {
        Section = _interfaces[view.Interface].Section,
        InterfaceNumber = _interfaces[view.Interface].Number,
        TimestampNanoseconds = view.TimestampNanoseconds,
        Data = view.Data.ToArray(),
        OriginalLength = view.OriginalLength,
        Direction = view.Direction,
        Comment = view.Comment,
    };

    /// <summary>Moves to the next packet without copying it; false at the end.</summary>
    /// <exception cref="PacketsException">A block is damaged; the message tells where.</exception>
    /// <exception cref="IOException">The stream's own.</exception>
    public bool TryRead(out PacketView packet)
    {
        packet = default;
        if (IsTruncated)
        {
            return false;
        }
        try
        {
            return _isClassic ? ReadClassicPacket(out packet) : ReadBlocksUntilPacket(out packet);
        }
        catch (InvalidDataException error)
        {
            throw Damaged(error);
        }
    }

    /// <summary>
    /// Turns what the cursor finds wrong into what a user can read, once, here where the place is known.
    /// </summary>
    private T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException error)
        {
            throw Damaged(error);
        }
    }

    private PacketsException Damaged(InvalidDataException error) => new(
        new($"capture file is damaged: {error.Message}", $"{_name}, offset {_source.Position}",
            "what stands before that place can be read"),
        error);
}
