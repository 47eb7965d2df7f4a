using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Plumbline.Views.Json;

/// <summary>What our JSON has in common: indented, absent instead of null, letters of all languages as they are.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions _options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = MakeEncoder(),
    };

    /// <summary>The text that <paramref name="write"/> makes, with a line feed at its end.</summary>
    public static string Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        using (var writer = new Utf8JsonWriter(buffer, _options))
        {
            write(writer);
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    /// <summary>Writes the member unless its value is not known.</summary>
    public static void WriteKnown(this Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    /// <inheritdoc cref="WriteKnown(Utf8JsonWriter, string, string?)"/>
    public static void WriteKnown(this Utf8JsonWriter writer, string name, int? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }

    /// <inheritdoc cref="WriteKnown(Utf8JsonWriter, string, string?)"/>
    public static void WriteKnown(this Utf8JsonWriter writer, string name, long? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }

    /// <summary>Writes an array, which is there also when it is empty.</summary>
    public static void WriteArray<T>(this Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            write(writer, item);
        }
        writer.WriteEndArray();
    }

    /// <summary>Writes an array of texts, which is there also when it is empty.</summary>
    public static void WriteStrings(this Utf8JsonWriter writer, string name, IReadOnlyList<string> items) =>
        writer.WriteArray(name, items, static (writer, item) => writer.WriteStringValue(item));

    // names may be Cyrillic or Chinese; what could move a cursor, turn the reading order or close a script element is escaped
    private static JavaScriptEncoder MakeEncoder()
    {
        var settings = new TextEncoderSettings(UnicodeRanges.All);
        settings.ForbidRange(UnicodeRange.Create('\u200e', '\u200f'));
        settings.ForbidRange(UnicodeRange.Create('\u2028', '\u202e'));
        settings.ForbidRange(UnicodeRange.Create('\u2066', '\u2069'));
        return JavaScriptEncoder.Create(settings);
    }
}
