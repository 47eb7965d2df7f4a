namespace Plumbline.Node.Sources.Texts;

/// <summary>What people, pagers and mail programs put in the place of lines that they left out.</summary>
internal static class CutMark
{
    private static readonly string[] _words =
        ["snip", "snipped", "cut", "truncated", "omitted", "output omitted", "output truncated", "output snipped", "skipped", "more", "etc", "...", "…", "省略", "略"];

    /// <summary>A line that is nothing but such a mark: <c>...</c>, <c>&lt;snip&gt;</c>, <c>[output omitted]</c>, <c>--More--</c>.</summary>
    public static bool Is(ReadOnlySpan<char> line)
    {
        line = line.Trim();
        if (line.Length is 0 or > 60)
        {
            return false;
        }
        if (line.IndexOfAnyExcept('.', ' ', '…') < 0)
        {
            return line.Contains("..", StringComparison.Ordinal) || line.Contains('…');
        }
        const string Marks = "<>[](){}-=*#~.… :|/&;";
        if (Marks.Contains(line[0]))
        {
            var word = line.Trim(Marks);
            if (word.Length == 0)
            {
                return false;
            }
            foreach (var known in _words)
            {
                if (word.Equals(known, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
            return word.StartsWith("snip", StringComparison.OrdinalIgnoreCase) || word.StartsWith("output ", StringComparison.OrdinalIgnoreCase)
                && (word.Contains("omitted", StringComparison.OrdinalIgnoreCase) || word.Contains("truncated", StringComparison.OrdinalIgnoreCase));
        }
        return line.StartsWith("(output", StringComparison.OrdinalIgnoreCase) || line.Equals("snip", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>One of the lines is such a mark.</summary>
    public static bool ContainsMark(this Span<string> lines)
    {
        foreach (var line in lines)
        {
            if (Is(line))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>It asks for some flows of a bridge: <c>ovs-ofctl dump-flows br-int table=71</c>.</summary>
    public static bool IsOfSome(string command)
    {
        const string Flows = "dump-flows ";
        var at = command.StartsWith("ovs-ofctl", StringComparison.Ordinal) ? command.IndexOf(Flows, StringComparison.Ordinal) : -1;
        if (at < 0)
        {
            return false;
        }
        var rest = command.AsSpan(at + Flows.Length).TrimStart();
        var blank = rest.IndexOf(' ');
        return blank > 0 && rest[blank..].TrimStart() is { Length: > 0 } more && char.IsAsciiLetter(more[0]);
    }

    /// <summary>The command shows a part of what it was asked for: <c>ip a | grep state</c>.</summary>
    public static bool IsFiltered(string? command)
    {
        if (command is null)
        {
            return false;
        }
        for (var at = command.IndexOf('|'); at >= 0; at = command.IndexOf('|', at + 1))
        {
            var program = command.AsSpan(at + 1).TrimStart('|').TrimStart();
            if (program.StartsWith("grep") || program.StartsWith("egrep") || program.StartsWith("fgrep") || program.StartsWith("head") || program.StartsWith("tail")
                || program.StartsWith("sed") || program.StartsWith("awk") || program.StartsWith("sudo grep") || program.StartsWith("rg ") || program.StartsWith("zgrep"))
            {
                return true;
            }
        }
        return false;
    }
}
