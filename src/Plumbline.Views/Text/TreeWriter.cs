using System.Text;

namespace Plumbline.Views.Text;

/// <summary>Draws <see cref="TreeNode"/>s: lines to the left, aligned cells, no trailing blanks.</summary>
internal sealed class TreeWriter
{
    private const int Between = 2;

    /// <summary>A cell wider than this does not push the others aside.</summary>
    private const int WidestAligned = 44;

    private readonly Glyphs _glyphs;
    private readonly int? _width;
    private readonly StringBuilder _output;
    private readonly bool _colour;
    private readonly Dictionary<object, int[]> _columns = new(ReferenceEqualityComparer.Instance);

    /// <summary>Writes to <paramref name="output"/>.</summary>
    public TreeWriter(StringBuilder output, RenderOptions options)
    {
        _output = output;
        _colour = options.Colour;
        _width = options.Width;
        _glyphs = Glyphs.For(options.Unicode);
    }

    /// <summary>Draws roots without lines to the left of them.</summary>
    /// <param name="roots">What to draw.</param>
    /// <param name="areApart">A blank line stands between roots.</param>
    public void Write(IReadOnlyList<TreeNode> roots, bool areApart)
    {
        foreach (var root in roots)
        {
            Measure(root, roots, 0);
        }
        for (var i = 0; i < roots.Count; i++)
        {
            if (i > 0 && areApart)
            {
                _output.Append('\n');
            }
            Draw(roots[i], roots, "", "");
        }
    }

    // the lines that share columns have one key: the list they are in, or this
    private object KeyOf(TreeNode node, IReadOnlyList<TreeNode> siblings) =>
        node.Align == Alignment.All ? this : siblings;

    private void Measure(TreeNode node, IReadOnlyList<TreeNode> siblings, int depth)
    {
        if (node.Align != Alignment.None)
        {
            var key = KeyOf(node, siblings);
            var widths = _columns.GetValueOrDefault(key) ?? [];
            if (widths.Length < node.Cells.Count)
            {
                Array.Resize(ref widths, node.Cells.Count);
            }
            for (var i = 0; i < node.Cells.Count; i++)
            {
                if (node.Cells[i].Width <= WidestAligned || i == node.Cells.Count - 1)
                {
                    // lines at all depths share their columns: the first counts from the left margin
                    var lead = i == 0 ? depth * Glyphs.Gap.Length : 0;
                    widths[i] = Math.Max(widths[i], lead + node.Cells[i].Width);
                }
            }
            _columns[key] = widths;
        }
        foreach (var child in node.Children)
        {
            Measure(child, node.Children, depth + 1);
        }
    }

    private void Draw(TreeNode node, IReadOnlyList<TreeNode> siblings, string lead, string below)
    {
        var line = new StyledText(lead, Shade.Faint);
        var indent = below + (node.Children.Count > 0 ? _glyphs.Bar : Glyphs.Gap);
        if (node.Align != Alignment.None)
        {
            DrawCells(node, _columns[KeyOf(node, siblings)], line, indent);
        }
        else
        {
            foreach (var cell in node.Cells)
            {
                line.Add(cell);
            }
            line.WriteLine(_output, _colour);
        }
        foreach (var beneath in node.Beneath)
        {
            new StyledText(indent, Shade.Faint).Add(beneath).WriteLine(_output, _colour);
        }
        for (var i = 0; i < node.Children.Count; i++)
        {
            var isLast = i == node.Children.Count - 1;
            Draw(node.Children[i], node.Children, below + (isLast ? _glyphs.Elbow : _glyphs.Tee),
                below + (isLast ? Glyphs.Gap : _glyphs.Bar));
        }
    }

    // cells that do not fit in the terminal go on, a line each, beneath the first
    private void DrawCells(TreeNode node, int[] widths, StyledText line, string indent)
    {
        var last = LastThatFits(widths);
        var column = 0;
        for (var i = 0; i < node.Cells.Count && i <= last; i++)
        {
            if (widths[i] == 0 && node.Cells[i].IsEmpty)
            {
                continue;
            }
            line.PadTo(column).Add(node.Cells[i]);
            column = Math.Max(column + widths[i], line.Width) + Between;
        }
        line.WriteLine(_output, _colour);
        for (var i = last + 1; i < node.Cells.Count; i++)
        {
            if (!node.Cells[i].IsEmpty)
            {
                new StyledText(indent, Shade.Faint).Add("  ").Add(node.Cells[i]).WriteLine(_output, _colour);
            }
        }
    }

    private int LastThatFits(int[] widths)
    {
        var end = widths[0];
        var last = 0;
        while (last + 1 < widths.Length)
        {
            var next = widths[last + 1];
            end += next == 0 ? 0 : Between + next;
            if (end > _width)
            {
                break;
            }
            last++;
        }
        return last;
    }
}
