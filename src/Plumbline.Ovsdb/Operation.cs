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

    /// <summary>
    /// Holds the transaction until the rows are (or are not) as stated, and fails it with <c>timed out</c> after
    /// <paramref name="Timeout"/>; a zero timeout checks once.
    /// </summary>
    public sealed record Wait(
        string Table,
        IReadOnlyList<Condition> Where,
        IReadOnlyList<string> Columns,
        IReadOnlyList<IReadOnlyDictionary<string, OvsdbValue>> Rows,
        bool UntilEqual = true,
        TimeSpan Timeout = default) : Operation;

    /// <summary>A line for the database's log: who did it and why.</summary>
    public sealed record Comment(string Text) : Operation;

    /// <summary>Ends the transaction without effect: it fails with error <c>aborted</c>.</summary>
    public sealed record Abort : Operation;
}
