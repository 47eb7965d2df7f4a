namespace Plumbline.Ovsdb;

/// <summary>What one operation gave.</summary>
public sealed record OperationResult
{
    /// <summary>Of an insert: the new row's UUID.</summary>
    public Guid? Uuid { get; init; }

    /// <summary>
    /// Of an update, mutate or delete: how many rows it met. Look at it: a mutate that met no row makes the rows it should have
    /// referenced vanish without an error.
    /// </summary>
    public int? Count { get; init; }

    /// <summary>Of a select.</summary>
    public IReadOnlyList<Row> Rows { get; init; } = [];
}
