using Plumbline.Packets.Pcapng;

namespace Plumbline.Packets.Tests.Pcapng;

public class HopNoteTests
{
    private static readonly HopNote _note = new()
    {
        Number = 3,
        Kind = "qvo",
        Device = "qvobee51cf7-fb",
        Namespace = "qrouter-1",
        Bridge = "br-int",
        Instance = "a vm: with \"odd\" name",
        Port = "bee51cf7-fb12-4c5e-9a77-0123456789ab",
        Mac = "fa:16:3e:00:00:10",
        Addresses = ["172.16.0.10", "fd00::10"],
        Side = "from",
        IsMirror = true,
    };

    [Fact]
    public void What_is_written_is_read_back()
    {
        var read = HopNote.TryParse(_note.ToComment())!;
        Assert.Equal(_note.Addresses, read.Addresses);
        Assert.Equal(_note, read with { Addresses = _note.Addresses });
    }

    [Fact]
    public void A_line_break_in_a_name_makes_no_further_key() =>
        Assert.Equal("x side: to", HopNote.TryParse((_note with { Instance = "x\nside: to", Side = null }).ToComment())!.Instance);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a comment of somebody else")]
    [InlineData("plumb-hop: x")]
    public void Other_comments_are_none_of_ours(string? comment) => Assert.Null(HopNote.TryParse(comment));

    [Fact]
    public void Unknown_keys_are_left_out() => Assert.Equal("tap", HopNote.TryParse("plumb-hop: 1\ncolour: red\nkind: tap")!.Kind);

    [Fact]
    public void It_comes_through_a_file()
    {
        using var stream = new MemoryStream();
        var writer = new PcapngWriter(stream, new());
        writer.AddInterface(new() { Name = "test-vm qvo", Comment = _note.ToComment() });
        writer.Flush();
        stream.Position = 0;
        var reader = new PcapngReader(stream, "test");
        Assert.Null(reader.ReadPacket());
        Assert.Equal("qvobee51cf7-fb", Assert.Single(reader.Interfaces).Hop!.Device);
    }
}
