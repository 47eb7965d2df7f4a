using System.Buffers;
using System.Text;

namespace Plumbline.Iptables;

/// <summary>How iptables-save prints a string (xtables_save_string).</summary>
internal static class Quoting
{
    private static readonly SearchValues<char> _plain =
        SearchValues.Create("_-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private static readonly SearchValues<char> _needed = SearchValues.Create(" \t\r\n\"\\'");

    /// <summary>Bare where it has only letters, digits, <c>_</c> and <c>-</c>; else quoted.</summary>
    public static void AppendString(StringBuilder builder, string text)
    {
        if (text.Length > 0 && !text.AsSpan().ContainsAnyExcept(_plain))
        {
            builder.Append(text);
        }
        else
        {
            AppendQuoted(builder, text);
        }
    }

    /// <summary>As it is, but for what iptables-restore would not read back so.</summary>
    public static void AppendWord(StringBuilder builder, string text)
    {
        if (text.Length > 0 && !text.AsSpan().ContainsAny(_needed))
        {
            builder.Append(text);
        }
        else
        {
            AppendQuoted(builder, text);
        }
    }

    /// <summary>In double quotes; backslashes and quotes of both kinds escaped.</summary>
    public static void AppendQuoted(StringBuilder builder, string text)
    {
        builder.Append('"');
        foreach (var c in text)
        {
            if (c is '"' or '\\' or '\'')
            {
                builder.Append('\\');
            }
            builder.Append(c);
        }
        builder.Append('"');
    }
}
