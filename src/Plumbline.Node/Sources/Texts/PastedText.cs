using System.Text;
using System.Text.Json;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// A text in which some commands' output stands, cut into the lines that they printed (<see cref="PastedLines"/>), with the prompts at which
/// they were typed.
/// </summary>
internal sealed class PastedText
{
    private const int MostBrokenJson = 64;

    private readonly string _text;
    private readonly string _networkNamespace;
    private readonly Lazy<string[]> _lines;
    private readonly Lazy<IReadOnlyList<Prompt>> _prompts;
    private PastedText? _whole;
    private List<JsonValue>? _json;
    private int _promptAt = -1;
    private bool _isChanged;

    /// <summary>Takes <paramref name="text"/>, which is cut when somebody asks for its lines.</summary>
    /// <param name="where">The file's name, for reports.</param>
    /// <param name="text">What stands in it.</param>
    /// <param name="networkNamespace">What it is about, as its folder says.</param>
    /// <param name="command">The command that printed it, as a list beside it (MANIFEST.json) says; null where not told.</param>
    public PastedText(string where, string text, string networkNamespace = "", string? command = null)
    {
        Where = where;
        _text = text;
        Command = command;
        _networkNamespace = (command is null ? null : PastedPrompts.NamespaceOf(command)) ?? networkNamespace;
        _lines = new(() => PastedLines.Cut(_text, MayBeBroken, out _isChanged), LazyThreadSafetyMode.None);
        _prompts = new(() => PastedPrompts.Find(Lines), LazyThreadSafetyMode.None);
    }

    /// <summary>The file, or <c>standard input</c>.</summary>
    public string Where { get; }

    /// <summary>The command that printed the whole text; null where not told.</summary>
    public string? Command { get; }

    /// <summary>It was copied by hand, maybe off a terminal; a file that a command's output was sent to is not.</summary>
    public bool MayBeBroken { get; init; }

    /// <summary>As it came, not cut and not cleaned.</summary>
    public string Raw => _text;

    /// <summary>The lines, without their ends, leading blanks kept.</summary>
    public string[] Lines => _lines.Value;

    /// <summary>The shell prompts with the commands typed at them.</summary>
    public IReadOnlyList<Prompt> Prompts => _prompts.Value;

    /// <summary>The namespace that line <paramref name="line"/> tells about, as the prompt above it (<c>ip netns exec NAME</c>) or the folder says.</summary>
    public string NamespaceAt(int line) =>
        (PromptAt(line + 1) is { } prompt ? PastedPrompts.NamespaceOf(prompt.Command) : null) ?? _networkNamespace;

    /// <summary>The last prompt above <paramref name="line"/>; null where there is none.</summary>
    public Prompt? PromptAbove(int line) => PromptAt(line);

    /// <summary>The command whose output line <paramref name="line"/> is, by the prompt above it or the list beside the file.</summary>
    public string? CommandAt(int line) => PromptAt(line)?.Command ?? Command;

    /// <summary>
    /// The commands of which it is known, with the lines that each printed: below its prompt up to the next, or, as the list beside the file says, all.
    /// </summary>
    public IEnumerable<(string Command, int First, int End)> Answers()
    {
        if (Command is not null && Prompts.Count == 0)
        {
            yield return (PastedPrompts.Plain(Command).Command, 0, Lines.Length);
        }
        for (var i = 0; i < Prompts.Count; i++)
        {
            yield return (Prompts[i].Command, Prompts[i].Line + 1, i + 1 < Prompts.Count ? Prompts[i + 1].Line : Lines.Length);
        }
    }

    /// <summary>Every JSON array or object that starts a line.</summary>
    public IReadOnlyList<JsonValue> Json => _json ??= FindJson();

    /// <summary>The last prompt on a line before <paramref name="end"/>. Readers go down the lines, so the last answer is looked at first.</summary>
    private Prompt? PromptAt(int end)
    {
        var prompts = Prompts;
        if (prompts.Count == 0)
        {
            return null;
        }
        var at = _promptAt;
        if (at >= 0 && prompts[at].Line >= end)
        {
            at = -1;
        }
        while (at + 1 < prompts.Count && prompts[at + 1].Line < end)
        {
            at++;
        }
        _promptAt = at;
        return at < 0 ? null : prompts[at];
    }

    /// <summary>
    /// What stands from line <paramref name="first"/> up to <paramref name="end"/> is a part of what the command printed: it went through a filter,
    /// or somebody marked in it, or at its ends, that lines are left out.
    /// </summary>
    public bool IsPart(int first, int end)
    {
        if (CutMark.IsFiltered(CommandAt(first)))
        {
            return true;
        }
        for (var i = first; i < end && i < Lines.Length; i++)
        {
            if (CutMark.Is(Lines[i]))
            {
                return true;
            }
        }
        return CutMark.Is(NextFilled(end - 1)) || CutMark.Is(PreviousFilled(first));
    }

    /// <summary>
    /// The same with the answers left blank that are a part of what their commands printed (<see cref="IsPart"/>): for readers that would take what
    /// is not there for gone.
    /// </summary>
    public PastedText Whole => _whole ??= WithoutParts();

    private PastedText WithoutParts()
    {
        string[]? kept = null;
        foreach (var (command, first, end) in Answers())
        {
            if (CutMark.IsFiltered(command) || CutMark.IsOfSome(command) || Lines.AsSpan(first, end - first).ContainsMark())
            {
                kept ??= [.. Lines];
                kept.AsSpan(first, end - first).Fill("");
                Parts.Add(command);
            }
        }
        return kept is null ? this : new(Where, string.Join('\n', kept), _networkNamespace, Command);
    }

    /// <summary>The commands of which <see cref="Whole"/> has nothing.</summary>
    public List<string> Parts { get; } = [];

    private string PreviousFilled(int line)
    {
        for (var i = line - 1; i >= 0; i--)
        {
            if (Lines[i].AsSpan().Trim().Length > 0)
            {
                return Lines[i];
            }
        }
        return "";
    }

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

    /// <summary>
    /// The parts that the prompts of one host each head, and for the first what stands before. What <c>ssh HOST COMMAND</c> printed is that
    /// host's, what the next prompt heads the shell's own again, which may have no name.
    /// </summary>
    public IEnumerable<PastedText> ByHost()
    {
        var parts = new Dictionary<string, StringBuilder>(StringComparer.Ordinal);
        var order = new List<string>();
        string? host = null;
        string? shell = null;
        var prompt = 0;
        var first = Prompts.FirstOrDefault(candidate => candidate is { Host: not null, IsElsewhere: false })?.Host;
        for (var i = 0; i < Lines.Length; i++)
        {
            if (prompt < Prompts.Count && Prompts[prompt].Line == i)
            {
                var typed = Prompts[prompt++];
                shell = typed.IsElsewhere ? shell : typed.Host ?? shell;
                host = typed.IsElsewhere ? typed.Host : shell;
            }
            var name = SnapshotBuilder.ShortName(host ?? first ?? "");
            if (!parts.TryGetValue(name, out var part))
            {
                parts[name] = part = new();
                order.Add(name);
            }
            part.Append(Lines[i]).Append('\n');
        }
        return order.Select(name => new PastedText(Where, parts[name].ToString(), _networkNamespace, Command));
    }

    private List<JsonValue> FindJson()
    {
        var values = new List<JsonValue>();
        if (!_text.Contains('[') && !_text.Contains('{'))
        {
            return values;
        }
        var lines = Lines;
        var bytes = Encoding.UTF8.GetBytes(_isChanged ? string.Join('\n', lines) : _text);
        var at = 0;
        var broken = 0;
        var (counted, line) = (0, 0);
        while (at < bytes.Length && broken < MostBrokenJson)
        {
            if (bytes[at] is (byte)'[' or (byte)'{')
            {
                var reader = new Utf8JsonReader(bytes.AsSpan(at), new JsonReaderOptions { AllowMultipleValues = true });
                try
                {
                    var value = JsonElement.ParseValue(ref reader);
                    line += bytes.AsSpan(counted, at - counted).Count((byte)'\n');
                    counted = at;
                    values.Add(new(value, NamespaceAt(Math.Min(line, Lines.Length - 1))));
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
}
