using System.Text;

namespace Plumbline.Packets.Pcapng;

/// <summary>A packet of a capture file where it lies in the reader's buffer: valid until the reader moves on.</summary>
public readonly ref struct PacketView
{
    /// <summary>Index into <see cref="PcapngReader.Interfaces"/>.</summary>
    public required int Interface { get; init; }

    /// <summary>As <see cref="RecordedPacket.TimestampNanoseconds"/>.</summary>
    public long? TimestampNanoseconds { get; init; }

    /// <summary>The bytes kept.</summary>
    public required ReadOnlySpan<byte> Data { get; init; }

    /// <summary>Bytes on the wire.</summary>
    public required int OriginalLength { get; init; }

    /// <summary>LINKTYPE_ of its interface.</summary>
    public required int LinkType { get; init; }

    /// <summary>The block's options in the file's byte order; empty where it has none.</summary>
    internal ReadOnlySpan<byte> Options { get; init; }

    internal bool IsBigEndian { get; init; }

    /// <summary>There may be a direction or a comment.</summary>
    public bool HasOptions => !Options.IsEmpty;

    /// <summary>From epb_flags.</summary>
    public PacketDirection Direction
    {
        get
        {
            var options = new BlockReader(Options, IsBigEndian);
            while (options.ReadOption())
            {
                if (options.OptionCode == PcapngFormat.EpbFlags && options.OptionValue.Length >= sizeof(uint))
                {
                    var direction = (PacketDirection)(options.OptionReader().UInt32() & 3);
                    return direction == (PacketDirection)3 ? PacketDirection.Unknown : direction; // 3 is not assigned
                }
            }
            return PacketDirection.Unknown;
        }
    }

    /// <summary>The first opt_comment, as it came.</summary>
    public string? Comment
    {
        get
        {
            var options = new BlockReader(Options, IsBigEndian);
            while (options.ReadOption())
            {
                if (options.OptionCode == PcapngFormat.OptComment)
                {
                    return Encoding.UTF8.GetString(options.OptionValue).TrimEnd('\0');
                }
            }
            return null;
        }
    }
}
