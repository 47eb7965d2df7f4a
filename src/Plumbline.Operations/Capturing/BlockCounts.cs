namespace Plumbline.Operations.Capturing;

/// <summary>What became of the packets of one block.</summary>
internal struct BlockCounts
{
    /// <summary>Packets written.</summary>
    public long Written { get; set; }

    /// <summary>Bytes of these on the wire.</summary>
    public long Bytes { get; set; }

    /// <summary>Packets that nobody asked for.</summary>
    public long Others { get; set; }
}
