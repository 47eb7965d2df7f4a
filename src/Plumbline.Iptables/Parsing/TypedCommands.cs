namespace Plumbline.Iptables;

/// <summary>Commands as typed in a shell, between prose.</summary>
internal static class TypedCommands
{
    /// <summary>The text with all lines blanked that hold no <c>iptables</c> command that makes rules.</summary>
    public static string Only(string text)
    {
        var keep = new List<bool>();
        var goesOn = false;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan(range).Trim();
            var isCommand = goesOn || IsCommand(line);
            keep.Add(isCommand);
            goesOn = isCommand && line.EndsWith("\\");
        }
        return string.Create(text.Length, (text, keep), static (span, state) =>
        {
            var line = 0;
            for (var i = 0; i < span.Length; i++)
            {
                var c = state.text[i];
                span[i] = c == '\n' || state.keep[line] ? c : ' ';
                line += c == '\n' ? 1 : 0;
            }
        });
    }

    private static bool IsCommand(ReadOnlySpan<char> line)
    {
        var at = line.IndexOf("tables ");
        if (at < 2 || at > 60)
        {
            return false;
        }
        var rest = line[(at + "tables ".Length)..];
        foreach (var option in (ReadOnlySpan<string>)["-A ", "-I ", "-N ", "-P ", "--append ", "--insert ", "-D ", "-R "])
        {
            var found = rest.IndexOf(option);
            if (found == 0 || (found > 0 && rest[found - 1] == ' '))
            {
                return true;
            }
        }
        return false;
    }
}
