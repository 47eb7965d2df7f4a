using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Plumbline.Diagnosis.Explaining.Wording;

/// <summary>
/// The phrases of one language, from the text resource <c>phrases.CODE.txt</c> beside this file: lines <c>key = text</c>; blank ones and
/// those that start with <c>#</c> do not count. In a text <c>{name}</c> is a gap, and <c>{name#one|few|many}</c> the form that goes with
/// the number in that gap (English two forms, Russian three, Chinese one). A sentence's first letter becomes a capital by
/// <see cref="SayAsSentence"/>. Books are read when first asked for.
/// </summary>
public sealed class Phrasebook
{
    private const string LastSuffix = ".last";

    private static readonly Phrasebook?[] _books = new Phrasebook?[3];

    private readonly Dictionary<string, string> _phrases;

    private Phrasebook(Language language, Dictionary<string, string> phrases) => (Language, _phrases) = (language, phrases);

    /// <summary>Its language.</summary>
    public Language Language { get; }

    /// <summary>Every key, for tests.</summary>
    public IReadOnlyCollection<string> Keys => _phrases.Keys;

    /// <summary>The book of a language.</summary>
    public static Phrasebook Of(Language language) => _books[(int)language] ??= new(language, Read(language));

    /// <summary>The phrase as it stands in the book, gaps and all.</summary>
    /// <exception cref="KeyNotFoundException">The book lacks it, which a test excludes for every key that is used.</exception>
    public string this[string key] =>
        _phrases.TryGetValue(key, out var text) ? text : throw new KeyNotFoundException($"no phrase \"{key}\" in {Language}");

    /// <summary>The book has this key.</summary>
    public bool Has(string key) => _phrases.ContainsKey(key);

    /// <summary>In words.</summary>
    public string Say(Sentence sentence)
    {
        var output = new StringBuilder();
        Say(sentence, output);
        return Language == Language.Chinese ? Spaced(output) : output.ToString();
    }

    /// <summary>In words, the first letter a capital.</summary>
    public string SayAsSentence(Sentence sentence)
    {
        var text = Say(sentence);
        return text.Length > 0 && char.IsLower(text[0]) && StartsWithWord(sentence) ? char.ToUpperInvariant(text[0]) + text[1..] : text;
    }

    /// <summary>A phrase without gaps.</summary>
    public string Say(string key) => Say(Sentence.Of(key));

    private void Say(Sentence sentence, StringBuilder output)
    {
        switch (sentence)
        {
            case Sentence.Literal literal:
                output.Append(literal.Text);
                break;
            case Sentence.Number number:
                output.Append(number.IsRounded ? Shortened(number.Value) : number.Value.ToString(CultureInfo.InvariantCulture));
                break;
            case Sentence.Phrase phrase:
                Fill(this[phrase.Key], phrase, output);
                break;
            case Sentence.Sequence sequence:
                for (var i = 0; i < sequence.Items.Count; i++)
                {
                    if (i > 0)
                    {
                        var isLast = i == sequence.Items.Count - 1 && Has(sequence.Join + LastSuffix);
                        output.Append(Unquoted(this[isLast ? sequence.Join + LastSuffix : sequence.Join]));
                    }
                    Say(sequence.Items[i], output);
                }
                break;
            default:
                throw new UnreachableException(sentence.GetType().Name);
        }
    }

    private void Fill(string template, Sentence.Phrase phrase, StringBuilder output)
    {
        var rest = template.AsSpan();
        while (rest.IndexOf('{') is var open && open >= 0)
        {
            output.Append(rest[..open]);
            var close = rest.IndexOf('}');
            var gap = rest[(open + 1)..close];
            rest = rest[(close + 1)..];
            var forms = gap.IndexOf('#');
            var value = Argument(phrase, forms < 0 ? gap : gap[..forms]);
            if (forms < 0)
            {
                Say(value, output);
            }
            else
            {
                output.Append(Form(gap[(forms + 1)..], value is Sentence.Number number ? number.Value : 0));
            }
        }
        output.Append(rest);
    }

    private static Sentence Argument(Sentence.Phrase phrase, ReadOnlySpan<char> name)
    {
        foreach (var (known, value) in phrase.Arguments)
        {
            if (name.SequenceEqual(known))
            {
                return value;
            }
        }
        throw new KeyNotFoundException($"phrase \"{phrase.Key}\" is not given \"{name}\"");
    }

    private ReadOnlySpan<char> Form(ReadOnlySpan<char> forms, long number)
    {
        var wanted = PluralForm(number);
        var form = 0;
        foreach (var range in forms.Split('|'))
        {
            if (form++ == wanted)
            {
                return forms[range];
            }
        }
        throw new InvalidDataException($"\"{forms}\" has too few forms for {Language}");
    }

    /// <summary>CLDR's cardinal rules for whole numbers.</summary>
    private int PluralForm(long number) => Language switch
    {
        Language.English => number == 1 ? 0 : 1,
        Language.Russian => (number % 100) is >= 11 and <= 14 ? 2 : (number % 10) switch { 1 => 0, >= 2 and <= 4 => 1, _ => 2 },
        Language.Chinese => 0,
        _ => throw new UnreachableException($"{Language}"),
    };

    /// <summary>A blank between Chinese characters and Latin letters or digits, as Chinese typography has it.</summary>
    private static string Spaced(StringBuilder text)
    {
        var result = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            if (i > 0 && ((IsHan(text[i - 1]) && IsLatin(text[i])) || (IsLatin(text[i - 1]) && IsHan(text[i]))))
            {
                result.Append(' ');
            }
            result.Append(text[i]);
        }
        return result.ToString();
    }

    private static bool IsHan(char character) => character is >= '\u4e00' and <= '\u9fff';

    private static bool IsLatin(char character) => char.IsAsciiLetterOrDigit(character);

    /// <summary>As iptables shortens a counter: K, M, G, T.</summary>
    private static string Shortened(long value)
    {
        var unit = 0;
        while (value >= 1000 && value % 1000 == 0 && unit < 4)
        {
            value /= 1000;
            unit++;
        }
        return string.Create(CultureInfo.InvariantCulture, $"{value}{(unit == 0 ? "" : "KMGT"[unit - 1].ToString())}");
    }

    /// <summary>A device's or chain's name keeps its small letter at a sentence's start.</summary>
    private bool StartsWithWord(Sentence sentence) => sentence switch
    {
        Sentence.Phrase phrase => this[phrase.Key] is { Length: > 0 } template && (template[0] != '{'
            || StartsWithWord(Argument(phrase, template.AsSpan(1, template.IndexOfAny(['}', '#']) - 1)))),
        Sentence.Sequence sequence => sequence.Items.Count > 0 && StartsWithWord(sequence.Items[0]),
        _ => false,
    };

    /// <summary>Joints may start or end in blanks, which quotes keep.</summary>
    private static ReadOnlySpan<char> Unquoted(string text) =>
        text is ['"', .., '"'] ? text.AsSpan(1, text.Length - 2) : text;

    private static Dictionary<string, string> Read(Language language)
    {
        var name = $"Plumbline.Diagnosis.Explaining.Wording.phrases.{Languages.CodeOf(language)}.txt";
        using var stream = typeof(Phrasebook).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the program lacks its resource {name}");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var phrases = new Dictionary<string, string>(400, StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }
            var equals = line.IndexOf(" = ", StringComparison.Ordinal);
            if (equals <= 0 || !phrases.TryAdd(line[..equals], line[(equals + 3)..]))
            {
                throw new InvalidDataException($"{name}: \"{line}\" is no phrase, or is there twice");
            }
        }
        return phrases;
    }
}
