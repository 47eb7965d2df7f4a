namespace Plumbline.OpenFlow.Text;

/// <summary>A piece of a line.</summary>
/// <param name="Text">As it stands there, without blanks around it.</param>
/// <param name="Column">Its first character's column in the line, from 1.</param>
internal readonly record struct Token(string Text, int Column)
{
    /// <summary>A part of it.</summary>
    public Token Slice(int start, int length) => new(Text.Substring(start, length), Column + start);

    /// <summary>From <paramref name="start"/> to its end.</summary>
    public Token From(int start) => new(Text[start..], Column + start);
}
