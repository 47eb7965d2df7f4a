using System.Text;
using Plumbline.Ovsdb.Wire;

namespace Plumbline.Ovsdb.Tests;

public sealed class SchemaTests
{
    [Fact]
    public void Column_types_are_read_in_all_their_spellings()
    {
        var schema = SchemaReader.Parse(Encoding.UTF8.GetBytes(Fakes.Schema));
        Assert.Equal("8.3.1", schema.Version);
        var port = schema.Tables["Port"].Columns;
        Assert.Equal(new(AtomType.String, null, 1, 1), port["name"]);
        Assert.Equal(new(AtomType.Integer, null, 0, 1), port["tag"]);
        Assert.Equal(new(AtomType.Integer, null, 0, 4096), port["trunks"]);
        Assert.Equal(new(AtomType.Uuid, null, 1, long.MaxValue), port["interfaces"]);
        Assert.Equal(new(AtomType.String, AtomType.String, 0, long.MaxValue), port["external_ids"]);
        Assert.Equal(new(AtomType.Boolean, null, 1, 1), port["up"]);
        Assert.True(schema.Tables["Bridge"].IsRoot);
        Assert.False(schema.Tables["Port"].IsRoot);
    }

    [Fact]
    public void Defaults_follow_from_types()
    {
        Assert.Equal(new OvsdbValue.Text(""), new ColumnType(AtomType.String, null, 1, 1).Default);
        Assert.Equal(new OvsdbValue.Boolean(false), new ColumnType(AtomType.Boolean, null, 1, 1).Default);
        Assert.Equal(new OvsdbValue.Uuid(Guid.Empty), new ColumnType(AtomType.Uuid, null, 1, 1).Default);
        Assert.Equal(new OvsdbValue.Integer(0), new ColumnType(AtomType.Real, null, 1, 1).Default);
        Assert.Same(OvsdbValue.Empty, new ColumnType(AtomType.Integer, null, 0, 1).Default);
        Assert.Same(OvsdbValue.EmptyMap, new ColumnType(AtomType.String, AtomType.String, 0, 9).Default);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"tables":[]}""")]
    [InlineData("""{"tables":{"T":{"columns":{"c":{}}}}}""")]
    [InlineData("""{"tables":{"T":{"columns":{"c":{"type":"colour"}}}}}""")]
    [InlineData("""{"tables":{"T":{"columns":{"c":{"type":{"min":0}}}}}}""")]
    [InlineData("""{"tables":{"T":{"columns":{"c":{"type":{"key":{"enum":1}}}}}}}""")]
    [InlineData("""{"tables":{"T":{"columns":{"c":{"type":{"key":{"type":1}}}}}}}""")]
    public void Anything_else_is_refused(string json) =>
        Assert.Throws<InvalidDataException>(() => SchemaReader.Parse(Encoding.UTF8.GetBytes(json)));
}
