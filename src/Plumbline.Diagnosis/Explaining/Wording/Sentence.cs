namespace Plumbline.Diagnosis.Explaining.Wording;

/// <summary>
/// Something said, before it is said in a language: a key of the phrase books with arguments, which may be sentences themselves. A
/// closed set. Views turn it into words with <see cref="Phrasebook"/>; tests and JSON can tell by the key what is meant.
/// </summary>
public abstract record Sentence
{
    private Sentence()
    {
    }

    /// <summary>A name, an address, a text: the same in every language.</summary>
    public sealed record Literal(string Text) : Sentence;

    /// <summary>A number, which also chooses plural forms.</summary>
    /// <param name="Value">The value.</param>
    /// <param name="IsRounded">The source had rounded it (<c>348K</c>).</param>
    public sealed record Number(long Value, bool IsRounded = false) : Sentence;

    /// <summary>A phrase of the book.</summary>
    /// <param name="Key">Its key.</param>
    /// <param name="Arguments">What its gaps are filled with, by name.</param>
    public sealed record Phrase(string Key, IReadOnlyList<KeyValuePair<string, Sentence>> Arguments) : Sentence;

    /// <summary>Several in a row, joined as the language does it.</summary>
    /// <param name="Join">Key of the joint: <c>join.and</c>, <c>join.conditions</c> …; the phrase <c>KEY.last</c>, if there is one, joins the last two.</param>
    /// <param name="Items">The parts.</param>
    public sealed record Sequence(string Join, IReadOnlyList<Sentence> Items) : Sentence;

    /// <summary>A phrase without gaps.</summary>
    public static Phrase Of(string key) => new(key, []);

    /// <summary>A phrase with gaps.</summary>
    public static Phrase Of(string key, params ReadOnlySpan<(string Name, Sentence Value)> arguments)
    {
        var named = new KeyValuePair<string, Sentence>[arguments.Length];
        for (var i = 0; i < named.Length; i++)
        {
            named[i] = new(arguments[i].Name, arguments[i].Value);
        }
        return new(key, named);
    }

    /// <summary>A text as it is.</summary>
    public static implicit operator Sentence(string text) => new Literal(text);

    /// <summary>A number.</summary>
    public static implicit operator Sentence(long number) => new Number(number);

    /// <summary>A text as it is.</summary>
    public static Sentence FromString(string text) => new Literal(text);

    /// <summary>A number.</summary>
    public static Sentence FromInt64(long number) => new Number(number);
}
