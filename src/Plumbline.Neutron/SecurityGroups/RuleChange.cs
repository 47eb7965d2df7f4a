namespace Plumbline.Neutron.SecurityGroups;

/// <summary>A rule that comes or goes.</summary>
/// <param name="Table">Its table.</param>
/// <param name="Chain">Its chain.</param>
/// <param name="Rule">The text behind <c>-A CHAIN </c>; null: the chain itself comes or goes.</param>
/// <param name="IsAdded">It comes.</param>
public sealed record RuleChange(string Table, string Chain, string? Rule, bool IsAdded)
{
    /// <summary>As a line of a diff.</summary>
    public override string ToString() =>
        $"{(IsAdded ? '+' : '-')} {Table} {(Rule is null ? $":{Chain}" : Rule.Length == 0 ? $"-A {Chain}" : $"-A {Chain} {Rule}")}";
}
