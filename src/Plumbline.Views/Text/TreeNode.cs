namespace Plumbline.Views.Text;

/// <summary>A line of a tree with what hangs on it.</summary>
internal sealed class TreeNode
{
    /// <summary>A line of one cell.</summary>
    public TreeNode(StyledText line) => Cells = [line];

    /// <summary>A line of aligned cells.</summary>
    public TreeNode(Alignment align, IReadOnlyList<StyledText> cells)
    {
        Align = align;
        Cells = cells;
    }

    /// <summary>Which lines it is aligned with.</summary>
    public Alignment Align { get; }

    /// <summary>The line's cells; empty ones are blank columns.</summary>
    public IReadOnlyList<StyledText> Cells { get; }

    /// <summary>Lines beneath it which are no children: troubles, and what did not fit.</summary>
    public List<StyledText> Beneath { get; } = [];

    /// <summary>What hangs on it.</summary>
    public List<TreeNode> Children { get; } = [];
}
