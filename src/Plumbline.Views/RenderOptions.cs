using Plumbline.Diagnosis;

namespace Plumbline.Views;

/// <summary>How a view shall come out. Views that have no use for an option ignore it.</summary>
public sealed record RenderOptions
{
    /// <summary>Plain ASCII-free text for a pipe: no colour, Unicode lines, unlimited width, the whole node.</summary>
    public static RenderOptions Plain { get; } = new();

    /// <summary>Colour by ANSI escape sequences. Never the only bearer of a fact: what is red also says so in words.</summary>
    public bool Colour { get; init; }

    /// <summary>Box-drawing characters; false: ASCII only (but for names, which stay as they are).</summary>
    public bool Unicode { get; init; } = true;

    /// <summary>Columns of the terminal; null: unlimited (a pipe or a file), nothing is left out or wrapped.</summary>
    public int? Width { get; init; }

    /// <summary>A port, instance or element whose chains alone are drawn; null: the whole node.</summary>
    public Target? Focus { get; init; }

    /// <summary>Draw each chain whole, however large the picture becomes; else of many chains those with troubles alone, the rest as tiles.</summary>
    public bool Expands { get; init; }
}
