using System.Text;
using System.Text.Json;
using Plumbline.Ovsdb.Wire;

namespace Plumbline.Ovsdb.Tests;

public sealed class JsonTextTests
{
    [Fact]
    public void Commas_come_by_themselves()
    {
        var json = new JsonText();
        json.StartObject();
        json.Name("a");
        json.StartArray();
        json.EndArray();
        json.Name("b");
        json.StartArray();
        json.Number(-1);
        json.Boolean(true);
        json.Null();
        json.StartObject();
        json.EndObject();
        json.Number(0.5);
        json.Uuid(Guid.Empty);
        json.EndArray();
        json.EndObject();
        Assert.Equal("{\"a\":[],\"b\":[-1,true,null,{},0.5,\"00000000-0000-0000-0000-000000000000\"]}", Text(json));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\"b\\c\nd\te\0f\u001f\u007f")]
    [InlineData("ü€😀</script>")]
    public void Whatever_a_string_holds_the_framework_reads_back(string text)
    {
        var json = new JsonText();
        json.Text(text);
        Assert.Equal(text, Parse(json).GetString());
    }

    [Fact]
    public void A_lone_surrogate_becomes_a_replacement_character()
    {
        var json = new JsonText();
        json.Text("a\ud800b");
        Assert.Equal("a\uFFFDb", Parse(json).GetString());
    }

    [Fact]
    public void A_text_longer_than_the_buffer_is_whole()
    {
        var text = string.Concat(Enumerable.Repeat("0123456789\n€", 10_000));
        var json = new JsonText();
        json.StartArray();
        json.Text(text);
        json.Number(long.MinValue);
        json.Number(double.MaxValue);
        json.EndArray();
        var array = Parse(json);
        Assert.Equal(text, array[0].GetString());
        Assert.Equal(long.MinValue, array[1].GetInt64());
        Assert.Equal(double.MaxValue, array[2].GetDouble());
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void What_is_no_number_is_the_callers_fault(double number) =>
        Assert.Throws<ArgumentException>(() => new JsonText().Number(number));

    private static string Text(JsonText json) => Encoding.UTF8.GetString(json.Written.Span);

    private static JsonElement Parse(JsonText json)
    {
        using var document = JsonDocument.Parse(json.Written);
        return document.RootElement.Clone();
    }
}
