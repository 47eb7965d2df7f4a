using System.Text;

namespace Plumbline.Views.Text;

/// <summary>A column: its heading, and when it goes.</summary>
/// <param name="Title">Heading.</param>
/// <param name="Worth">0: always shown; others are left out in this order, 1 first; <see cref="Columns.Beneath"/>: see there.</param>
internal sealed record Column(string Title, int Worth);

/// <summary>A table with aligned columns, two blanks between them and no lines: fit for eyes, <c>grep</c> and <c>awk</c>.</summary>
internal sealed class Columns(IList<Column> columns)
{
    /// <summary>The worth of a last column whose cells go on a line of their own where they do not fit.</summary>
    public const int Beneath = -1;

    private const int Between = 2;
    private readonly List<Row> _rows = [];

    /// <summary>Adds a row, a cell for each column, and lines that stand beneath it.</summary>
    public void Add(IReadOnlyList<StyledText> cells, IReadOnlyList<StyledText>? notes = null) => _rows.Add(new(cells, notes ?? []));

    /// <summary>Writes headings and rows. Columns that are empty in all rows are left out.</summary>
    public void Write(StringBuilder output, RenderOptions options)
    {
        var widths = new int[columns.Count];
        for (var i = 0; i < widths.Length; i++)
        {
            var widest = _rows.Max(row => row.Cells[i].Width);
            widths[i] = widest == 0 ? 0 : Math.Max(widest, columns[i].Title.Length);
        }
        var last = columns.Count - 1;
        var isBeneath = columns[last].Worth == Beneath && widths[last] > 0 && !Fits(widths, options.Width);
        if (isBeneath)
        {
            widths[last] = 0;
        }
        var leftOut = LeaveOut(widths, options.Width);

        WriteRow([.. columns.Select(column => new StyledText(column.Title, Shade.Heading))], widths, output, options);
        foreach (var (cells, notes) in _rows)
        {
            WriteRow(cells, widths, output, options);
            if (isBeneath && !cells[last].IsEmpty)
            {
                new StyledText("  ! ", Shade.Bad).Add(cells[last]).WriteLine(output, options.Colour);
            }
            foreach (var note in notes)
            {
                new StyledText("  ").Add(note).WriteLine(output, options.Colour);
            }
        }
        if (leftOut.Count > 0)
        {
            new StyledText($"(no room for {string.Join(", ", leftOut)}: a pipe shows all)", Shade.Faint)
                .WriteLine(output, options.Colour);
        }
    }

    private List<string> LeaveOut(int[] widths, int? available)
    {
        var wanted = widths.ToArray();
        var order = columns.Where(column => column.Worth > 0 && wanted[columns.IndexOf(column)] > 0)
            .Order(Comparer<Column>.Create((one, other) => one.Worth.CompareTo(other.Worth))).ToList();
        foreach (var column in order)
        {
            if (!Fits(widths, available))
            {
                widths[columns.IndexOf(column)] = 0;
            }
        }
        // a wide one that had to go may leave room for a narrow one that went before it
        var names = new List<string>();
        for (var i = order.Count - 1; i >= 0; i--)
        {
            var column = columns.IndexOf(order[i]);
            widths[column] = wanted[column];
            if (!Fits(widths, available))
            {
                widths[column] = 0;
                names.Insert(0, order[i].Title);
            }
        }
        return names;
    }

    private static bool Fits(int[] widths, int? available) =>
        available is null || widths.Where(width => width > 0).Sum(width => width + Between) - Between <= available;

    private static void WriteRow(IReadOnlyList<StyledText> row, int[] widths, StringBuilder output, RenderOptions options)
    {
        var line = new StyledText();
        var column = 0;
        for (var i = 0; i < widths.Length; i++)
        {
            if (widths[i] > 0)
            {
                line.PadTo(column);
                // an empty cell would shift the fields of a line for awk
                _ = row[i].IsEmpty && i < widths.Length - 1 ? line.Add("-", Shade.Faint) : line.Add(row[i]);
                column += widths[i] + Between;
            }
        }
        line.WriteLine(output, options.Colour);
    }

    private sealed record Row(IReadOnlyList<StyledText> Cells, IReadOnlyList<StyledText> Notes);
}
