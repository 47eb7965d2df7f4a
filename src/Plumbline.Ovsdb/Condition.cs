namespace Plumbline.Ovsdb;

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
