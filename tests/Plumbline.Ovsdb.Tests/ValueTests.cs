using System.Text;
using Plumbline.Ovsdb.Wire;

namespace Plumbline.Ovsdb.Tests;

public sealed class ValueTests
{
    private const string Uuid = "[\"uuid\",\"550e8400-e29b-41d4-a716-446655440000\"]";

    [Theory]
    [InlineData("1")]
    [InlineData("-9223372036854775808")]
    [InlineData("1.5")]
    [InlineData("true")]
    [InlineData("false")]
    [InlineData("\"\"")]
    [InlineData("\"text\"")]
    [InlineData(Uuid)]
    [InlineData("[\"named-uuid\",\"p\"]")]
    [InlineData("[\"set\",[]]")]
    [InlineData("[\"set\",[1,2]]")]
    [InlineData("[\"set\",[" + Uuid + ",[\"named-uuid\",\"x\"]]]")]
    [InlineData("[\"map\",[]]")]
    [InlineData("[\"map\",[[\"a\",\"b\"],[\"c\"," + Uuid + "]]]")]
    public void A_value_is_written_as_it_was_read(string json) => Assert.Equal(json, Write(Read(json)));

    [Fact]
    public void A_set_of_one_is_written_as_the_bare_atom()
    {
        Assert.Equal("7", Write(new OvsdbValue.Set([new OvsdbValue.Integer(7)])));
        Assert.Equal(Uuid, Write(OvsdbValue.UuidSet([Guid.Parse("550e8400-e29b-41d4-a716-446655440000")])));
        Assert.Equal("[\"map\",[[\"a\",\"b\"]]]", Write(OvsdbValue.StringMap([new("a", "b")])));
    }

    [Fact]
    public void An_integer_too_big_for_64_bits_is_a_real() =>
        Assert.Equal(new OvsdbValue.Real(1e19), Read("10000000000000000000"));

    [Fact]
    public void Text_that_no_string_may_hold_loses_a_character_and_not_the_answer()
    {
        Assert.Equal(new OvsdbValue.Text("a\uFFFDb\n\"é"), Read([.. "\"a"u8, 0xFF, .. "b\\n\\\"\\u00e9\""u8]));
        Assert.Equal(new OvsdbValue.Text("x\ud800y"), Read("\"x\\ud800y\""));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("[\"uuid\"]")]
    [InlineData("[\"uuid\",1]")]
    [InlineData("[\"uuid\",\"550e8400\"]")]
    [InlineData("[\"uuid\",\"550e8400-e29b-41d4-a716-446655440000\",1]")]
    [InlineData("[\"set\"]")]
    [InlineData("[\"set\",1]")]
    [InlineData("[\"set\",[[\"set\",[]]]]")]
    [InlineData("[\"set\",[],1]")]
    [InlineData("[\"map\",[[1]]]")]
    [InlineData("[\"map\",[1]]")]
    [InlineData("[\"map\",[[1,2,3]]]")]
    [InlineData("[\"bag\",[]]")]
    public void Anything_else_is_refused(string json) => Assert.Throws<InvalidDataException>(() => Read(json));

    private static OvsdbValue Read(string json) => Read(Encoding.UTF8.GetBytes(json));

    private static OvsdbValue Read(ReadOnlySpan<byte> json)
    {
        var reader = new JsonReader(json);
        reader.Read();
        var value = ValueReader.ReadValue(ref reader, new RowShelf());
        Assert.False(reader.Read());
        return value;
    }

    private static string Write(OvsdbValue value)
    {
        var writer = new JsonText();
        ValueWriter.WriteValue(writer, value);
        return Encoding.UTF8.GetString(writer.Written.Span);
    }
}
