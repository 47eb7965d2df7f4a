namespace Plumbline.Views.Text;

/// <summary>Breaks a sentence into lines: at blanks, and between Chinese characters, which have none (but not before a closing mark).</summary>
internal static class LineBreaker
{
    private const string NeverFirst = ",。;:、)」』!?…,.;:)!?";

    /// <summary>The lines of <paramref name="text"/>, each at most <paramref name="width"/> columns where that can be; null: one line.</summary>
    public static IEnumerable<string> Break(string text, int? width)
    {
        if (width is not { } most || DisplayWidth.Of(text) <= most)
        {
            yield return text;
            yield break;
        }
        var start = 0;
        while (start < text.Length)
        {
            var end = EndOfLine(text, start, most);
            yield return text[start..end].TrimEnd(' ');
            start = end;
            while (start < text.Length && text[start] == ' ')
            {
                start++;
            }
        }
    }

    private static int EndOfLine(string text, int start, int most)
    {
        var columns = 0;
        var lastBreak = -1;
        for (var i = start; i < text.Length; i++)
        {
            if (i > start && CanBreak(text, i))
            {
                lastBreak = i;
            }
            columns += DisplayWidth.Of(text.AsSpan(i, 1).ToString());
            if (columns > most && lastBreak > start)
            {
                return lastBreak;
            }
        }
        return text.Length;
    }

    private static bool CanBreak(string text, int at) =>
        text[at - 1] == ' '
        || ((IsWide(text[at - 1]) || IsWide(text[at])) && text[at] != ' ' && !NeverFirst.Contains(text[at], StringComparison.Ordinal)
            && text[at - 1] is not ('(' or '「' or '"'));

    private static bool IsWide(char character) => character is >= '\u3000' and <= '\u9fff' or >= '\uff00' and <= '\uffef';
}
