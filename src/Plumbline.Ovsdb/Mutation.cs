namespace Plumbline.Ovsdb;

/// <summary>[column, mutator, value] (RFC 7047 §5.1).</summary>
/// <param name="Column">The column.</param>
/// <param name="Mutator"><c>+=</c>, <c>insert</c>, <c>delete</c> …</param>
/// <param name="Value">By what.</param>
public sealed record Mutation(string Column, string Mutator, OvsdbValue Value);
