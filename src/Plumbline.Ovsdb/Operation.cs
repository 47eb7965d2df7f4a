namespace Plumbline.Ovsdb;

/// <summary>One operation of a transaction (RFC 7047 §5.2). A closed set.</summary>
public abstract record Operation
{
    private Operation()
    {
    }

    /// <summary>Adds a row; <paramref name="UuidName"/> lets later operations name it.</summary>
    public sealed record Insert(string Table, IReadOnlyDictionary<string, OvsdbValue> Row, string? UuidName = null)
        : Operation;

    /// <summary>Reads rows; null columns are all.</summary>
    public sealed record Select(string Table, IReadOnlyList<Condition> Where, IReadOnlyList<string>? Columns = null)
        : Operation;

    /// <summary>Overwrites columns.</summary>
    public sealed record Update(
        string Table, IReadOnlyList<Condition> Where, IReadOnlyDictionary<string, OvsdbValue> Row) : Operation;

    /// <summary>Changes parts of columns; the way to touch a set that others write to as well.</summary>
    public sealed record Mutate(string Table, IReadOnlyList<Condition> Where, IReadOnlyList<Mutation> Mutations)
        : Operation;

    /// <summary>Deletes rows of root tables.</summary>
    public sealed record Delete(string Table, IReadOnlyList<Condition> Where) : Operation;

    /// <summary>Fails the transaction unless the rows are (or are not) as stated; a zero timeout checks once.</summary>
    public sealed record Wait(
        string Table,
        IReadOnlyList<Condition> Where,
        IReadOnlyList<string> Columns,
        IReadOnlyList<IReadOnlyDictionary<string, OvsdbValue>> Rows,
        bool UntilEqual = true,
        TimeSpan Timeout = default) : Operation;

    /// <summary>A line for the database's log: who did it and why.</summary>
    public sealed record Comment(string Text) : Operation;

    /// <summary>Ends the transaction without effect.</summary>
    public sealed record Abort : Operation;
}

/// <summary>[column, function, value] (RFC 7047 §5.1).</summary>
/// <param name="Column">The column; <c>_uuid</c> for one row.</param>
/// <param name="Function"><c>==</c> <c>!=</c> <c>includes</c> <c>excludes</c> <c>&lt;</c> …</param>
/// <param name="Value">What it is compared with.</param>
public sealed record Condition(string Column, string Function, OvsdbValue Value)
{
    /// <summary>The row with this UUID.</summary>
    public static IReadOnlyList<Condition> Uuid(Guid uuid) => [new("_uuid", "==", uuid)];

    /// <summary>Rows whose <paramref name="column"/> equals <paramref name="value"/>.</summary>
    public static IReadOnlyList<Condition> Equal(string column, OvsdbValue value) => [new(column, "==", value)];
}

/// <summary>[column, mutator, value] (RFC 7047 §5.1).</summary>
/// <param name="Column">The column.</param>
/// <param name="Mutator"><c>+=</c>, <c>insert</c>, <c>delete</c> …</param>
/// <param name="Value">By what.</param>
public sealed record Mutation(string Column, string Mutator, OvsdbValue Value);

/// <summary>What one operation gave.</summary>
public sealed record OperationResult
{
    /// <summary>Of an insert: the new row's UUID.</summary>
    public Guid? Uuid { get; init; }

    /// <summary>Of an update, mutate or delete: how many rows it met.</summary>
    public int? Count { get; init; }

    /// <summary>Of a select.</summary>
    public IReadOnlyList<Row> Rows { get; init; } = [];
}
