namespace Plumbline.Primitives;

/// <summary>What a user is told when something failed: three short sentences, no stack trace.</summary>
/// <param name="What">What failed, with the other side's own words (errno text, RFC 7047 <c>details</c>).</param>
/// <param name="Where">On what: the option, path, device, bridge, line and column. Null where <paramref name="What"/> says it all.</param>
/// <param name="Fix">What to do next. Null only where nothing is known to help.</param>
public sealed record Problem(string What, string? Where = null, string? Fix = null)
{
    /// <summary>The three lines as a terminal shows them; absent parts are left out.</summary>
    public override string ToString()
    {
        var text = $"error: {What}";
        if (Where is not null)
        {
            text += $"\n  where: {Where}";
        }
        if (Fix is not null)
        {
            text += $"\n  fix:   {Fix}";
        }
        return text;
    }
}
