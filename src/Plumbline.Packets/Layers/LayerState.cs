namespace Plumbline.Packets.Layers;

/// <summary>How far a layer could be read.</summary>
internal enum LayerState
{
    /// <summary>All of its header.</summary>
    Whole,

    /// <summary>The capture ends inside; fields are not set, or as far as the layer's own doc says.</summary>
    CutShort,

    /// <summary>Its lengths contradict each other.</summary>
    Malformed,
}
