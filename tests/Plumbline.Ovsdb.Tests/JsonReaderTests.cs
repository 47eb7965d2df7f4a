using System.Text;
using System.Text.Json;
using Plumbline.Ovsdb.Wire;

namespace Plumbline.Ovsdb.Tests;

/// <summary>Two ways to read one text must agree: ours and the framework's.</summary>
public sealed class JsonReaderTests
{
    private static readonly string[] _pieces =
    [
        "{", "}", "[", "]", ",", ":", "\"a\"", "\"\"", "\"\\u00e9\\n\\\\\\\"\"", "\"ü\"", "0", "-1", "1.5", "1e3", "-0.5E-7", "01", "1.", "-", "+1",
        "true", "false", "null", "nul", " ", "\n", "\"\\x\"", "\"\\u12\"", "\"\u0001\"", "\"open", "9223372036854775808", "\t", "\\", "#",
    ];

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData(" [ 1 , {\"a\" : [ ] , \"b\" : { } } , null ] ")]
    [InlineData("[1,]")]
    [InlineData("[,1]")]
    [InlineData("[1 2]")]
    [InlineData("[1}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\"}")]
    [InlineData("{\"a\" 1}")]
    [InlineData("{\"a\":}")]
    [InlineData("{\"a\":1 \"b\":2}")]
    [InlineData("{1:2}")]
    [InlineData("{}{}")]
    [InlineData("1 2")]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\"x")]
    [InlineData("truex")]
    [InlineData("[tru]")]
    public void What_the_framework_accepts_is_accepted_and_nothing_else(string text) => Agree(text);

    [Fact]
    public void Random_texts_are_read_alike()
    {
        var random = new Random(7);
        for (var i = 0; i < 30_000; i++)
        {
            Agree(string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => _pieces[random.Next(_pieces.Length)])));
        }
    }

    [Fact]
    public void A_schema_with_any_one_byte_changed_is_read_alike()
    {
        var random = new Random(8);
        for (var i = 0; i < 3_000; i++)
        {
            var text = new StringBuilder(Fakes.Schema);
            text[random.Next(text.Length)] = (char)random.Next(1, 127);
            Agree(text.ToString());
        }
    }

    [Fact]
    public void Nesting_has_the_frameworks_limit()
    {
        Agree(new string('[', 64) + new string(']', 64));
        Agree(new string('[', 65) + new string(']', 65));
    }

    [Fact]
    public void Skip_moves_to_the_last_token_of_a_value()
    {
        var reader = new JsonReader("""{"a":[1,{"b":[]}],"c":2}"""u8);
        reader.Read();
        reader.Read();
        reader.Skip();
        Assert.Equal(JsonToken.EndArray, reader.Token);
        reader.Read();
        Assert.True(reader.ValueEquals("c"u8));
        reader.Skip();
        Assert.Equal(JsonToken.Number, reader.Token);
    }

    private static void Agree(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Assert.True(TheirTokens(bytes) == OurTokens(bytes), $"{text}\ntheirs: {TheirTokens(bytes)}\nours:   {OurTokens(bytes)}");
    }

    private static string OurTokens(byte[] bytes)
    {
        var result = new StringBuilder();
        try
        {
            var reader = new JsonReader(bytes);
            while (reader.Read())
            {
                result.Append(reader.Token switch
                {
                    JsonToken.Name => "PropertyName " + reader.GetText(),
                    JsonToken.Text => "String " + reader.GetText(),
                    JsonToken.Number when reader.TryGetInt64(out var integer) => $"Number {integer}",
                    JsonToken.Number => $"Number {reader.GetDouble()}",
                    _ => reader.Token.ToString(),
                }).Append($" {reader.TokenStart};");
            }
            return result.ToString();
        }
        catch (InvalidDataException)
        {
            return "no JSON";
        }
    }

    private static string TheirTokens(byte[] bytes)
    {
        var result = new StringBuilder();
        try
        {
            var reader = new Utf8JsonReader(bytes);
            while (reader.Read())
            {
                result.Append(reader.TokenType switch
                {
                    JsonTokenType.PropertyName => "PropertyName " + reader.GetString(),
                    JsonTokenType.String => "String " + reader.GetString(),
                    JsonTokenType.Number when reader.TryGetInt64(out var integer) => $"Number {integer}",
                    JsonTokenType.Number => $"Number {reader.GetDouble()}",
                    _ => reader.TokenType.ToString(),
                }).Append($" {reader.TokenStartIndex};");
            }
            return result.ToString();
        }
        catch (JsonException)
        {
            return "no JSON";
        }
    }
}
