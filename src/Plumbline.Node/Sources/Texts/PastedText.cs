using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// A text in which some commands' output stands, cut into lines. Pasting has often been through a web page or a mail before: non-breaking
/// blanks become blanks, zero-width characters go, quote marks (<c>&gt; </c>) at the start of all lines go.
/// </summary>
internal sealed partial class PastedText
{
    private const int MostBrokenJson = 64;

    private readonly string _text;
    private readonly string[] _namespaces;
    private List<JsonElement>? _json;

    /// <summary>Cuts <paramref name="text"/>; <paramref name="where"/> names the file, <paramref name="networkNamespace"/> what it is about.</summary>
    public PastedText(string where, string text, string networkNamespace = "")
    {
        Where = where;
        _text = text;
        Lines = text.Split('\n');
        for (var i = 0; i < Lines.Length; i++)
        {
            Lines[i] = Clean(Lines[i]);
        }
        StripQuoteMarks(Lines);
        Prompts = [.. FindPrompts(Lines)];
        _namespaces = new string[Lines.Length];
        var prompt = 0;
        var current = networkNamespace;
        for (var i = 0; i < Lines.Length; i++)
        {
            if (prompt < Prompts.Count && Prompts[prompt].Line == i)
            {
                current = NamespaceOf(Prompts[prompt++].Command) ?? networkNamespace;
            }
            _namespaces[i] = current;
        }
    }

    /// <summary>The file, or <c>standard input</c>.</summary>
    public string Where { get; }

    /// <summary>The lines, without their ends, leading blanks kept.</summary>
    public string[] Lines { get; }

    /// <summary>The shell prompts with the commands typed at them.</summary>
    public IReadOnlyList<Prompt> Prompts { get; }

    /// <summary>The namespace that line <paramref name="line"/> tells about, as the prompt above it (<c>ip netns exec NAME</c>) or the folder says.</summary>
    public string NamespaceAt(int line) => _namespaces[line];

    /// <summary>The last prompt above <paramref name="line"/>; null where there is none.</summary>
    public Prompt? PromptAbove(int line) => Prompts.LastOrDefault(prompt => prompt.Line < line);

    /// <summary>Every JSON array or object that starts a line. Their namespace is that of the whole text.</summary>
    public IReadOnlyList<JsonElement> Json => _json ??= FindJson();

    /// <summary>The namespace that the JSON values tell about.</summary>
    public string JsonNamespace => Prompts.Count > 0 ? _namespaces[^1] : _namespaces[0];

    /// <summary>The next line below <paramref name="line"/> that is not blank, trimmed; empty at the end.</summary>
    public string NextFilled(int line)
    {
        for (var i = line + 1; i < Lines.Length; i++)
        {
            var trimmed = Lines[i].Trim();
            if (trimmed.Length > 0)
            {
                return trimmed;
            }
        }
        return "";
    }

    private static string Clean(string line)
    {
        line = line.TrimEnd('\r');
        if (line.AsSpan().IndexOfAny('\u00a0', '\u200b', '\ufeff') < 0 && !line.Contains('\u3000'))
        {
            return line;
        }
        return line.Replace('\u00a0', ' ').Replace('\u3000', ' ').Replace("\u200b", "").Replace("\ufeff", "");
    }

    private static void StripQuoteMarks(string[] lines)
    {
        var quoted = 0;
        var filled = 0;
        foreach (var line in lines)
        {
            filled += line.Length > 0 ? 1 : 0;
            quoted += line.StartsWith('>') ? 1 : 0;
        }
        if (filled == 0 || quoted < filled)
        {
            return;
        }
        for (var i = 0; i < lines.Length; i++)
        {
            lines[i] = lines[i].StartsWith("> ", StringComparison.Ordinal) ? lines[i][2..] : lines[i].TrimStart('>');
        }
    }

    private static IEnumerable<Prompt> FindPrompts(string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (PromptPattern().Match(lines[i]) is { Success: true } match)
            {
                var host = match.Groups["host"];
                yield return new(i, host.Success ? host.Value : null, match.Groups["command"].Value.Trim());
            }
        }
    }

    private static string? NamespaceOf(string command)
    {
        var match = NamespacePattern().Match(command);
        return match.Success ? match.Groups["name"].Value : null;
    }

    private List<JsonElement> FindJson()
    {
        var values = new List<JsonElement>();
        if (!_text.Contains('[') && !_text.Contains('{'))
        {
            return values;
        }
        var bytes = Encoding.UTF8.GetBytes(_text);
        var at = 0;
        var broken = 0;
        while (at < bytes.Length && broken < MostBrokenJson)
        {
            if (bytes[at] is (byte)'[' or (byte)'{')
            {
                var reader = new Utf8JsonReader(bytes.AsSpan(at), new JsonReaderOptions { AllowMultipleValues = true });
                try
                {
                    values.Add(JsonElement.ParseValue(ref reader));
                    at += (int)reader.BytesConsumed;
                    continue;
                }
                catch (JsonException)
                {
                    broken++;    // a prompt, an iptables chain's counters, or a JSON document that was cut off
                }
            }
            var end = bytes.AsSpan(at).IndexOf((byte)'\n');
            at = end < 0 ? bytes.Length : at + end + 1;
            while (at < bytes.Length && bytes[at] is (byte)' ' or (byte)'\t')
            {
                at++;
            }
        }
        return values;
    }

    [GeneratedRegex(@"^\s*(?:\[?[\w.-]+@(?<host>[\w.-]+)[^#$\n]*[#$%]|[#$])\s+(?<command>(?:sudo\s+)?(?:ip|ovs-\w+|ovsdb-\w+|brctl|virsh|iptables|ip6tables|ipset|sysctl|hostname|cat|docker|podman|nsenter)[\w/-]*\b.*)$")]
    private static partial Regex PromptPattern();

    [GeneratedRegex(@"^(?:sudo\s+)?ip\s+(?:netns\s+exec\s+|(?:-\w+\s+)*-n(?:etns)?\s+)(?<name>\S+)")]
    private static partial Regex NamespacePattern();
}

/// <summary>A shell prompt and what was typed at it.</summary>
/// <param name="Line">The line's index.</param>
/// <param name="Host">The host in it; null where the prompt shows none.</param>
/// <param name="Command">What was typed.</param>
internal sealed record Prompt(int Line, string? Host, string Command);
