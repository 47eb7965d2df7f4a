namespace Plumbline.Ovsdb.Replica;

/// <summary>What an update message says of one row.</summary>
internal readonly record struct RowChange(string Table, Guid Uuid, RowChangeKind Kind, Row? Row);

/// <summary>How to take <see cref="RowChange.Row"/>.</summary>
internal enum RowChangeKind
{
    /// <summary>The whole row as it now is; columns that are missing hold their default.</summary>
    Put,

    /// <summary>Differences to the kept row.</summary>
    Modify,

    /// <summary>The row is gone.</summary>
    Delete,
}
