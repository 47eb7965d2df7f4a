namespace Plumbline.Views.Text;

/// <summary>Which lines of a tree have their cells in common columns.</summary>
internal enum Alignment
{
    /// <summary>None: cells follow each other.</summary>
    None,

    /// <summary>The aligned lines that hang on the same line.</summary>
    Siblings,

    /// <summary>All such lines of the tree.</summary>
    All,
}
