using System.Text;

namespace Plumbline.Iptables;

/// <summary>Cuts a rule's text into words as iptables-restore does: blanks part them, double quotes join, backslash escapes inside quotes.</summary>
internal static class Words
{
    /// <summary>Adds the words between <paramref name="start"/> and <paramref name="end"/> to <paramref name="words"/>.</summary>
    /// <remarks>With <paramref name="isShell"/>, a command as typed: single quotes join too, and a backslash escapes outside quotes.</remarks>
    /// <returns>Where a quote opens that nothing closes; -1 where all are closed.</returns>
    public static int Cut(string source, int start, int end, bool isShell, List<Word> words)
    {
        var i = start;
        while (i < end)
        {
            if (source[i] is ' ' or '\t' or '\r' or '\n')
            {
                i++;
                continue;
            }
            if (isShell && source[i] == '\\' && i + 1 < end && source[i + 1] is '\n' or '\r')
            {
                i += 2;   // the command goes on in the next line
                continue;
            }
            var from = i;
            while (i < end && source[i] is not (' ' or '\t' or '\r' or '\n' or '"') && !(isShell && source[i] is '\'' or '\\'))
            {
                i++;
            }
            if (i == end || source[i] is ' ' or '\t' or '\r' or '\n')
            {
                words.Add(new(Names.Intern(source.AsSpan(from, i - from)), from, i));
                continue;
            }
            if (!CutQuoted(source, from, ref i, end, isShell, words))
            {
                return from;
            }
        }
        return -1;
    }

    private static bool CutQuoted(string source, int from, ref int i, int end, bool isShell, List<Word> words)
    {
        var text = new StringBuilder().Append(source, from, i - from);
        var quote = '\0';
        for (; i < end; i++)
        {
            var c = source[i];
            if (quote == '\0' && c is (' ' or '\t' or '\r' or '\n'))
            {
                break;
            }
            if (c == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && (c == '"' || (isShell && c == '\'')))
            {
                quote = c;
            }
            else if (c == '\\' && i + 1 < end && (quote == '"' || (isShell && quote == '\0')))
            {
                text.Append(source[++i]);
            }
            else
            {
                text.Append(c);
            }
        }
        words.Add(new(text.ToString(), from, i, true));
        return quote == '\0';
    }
}
