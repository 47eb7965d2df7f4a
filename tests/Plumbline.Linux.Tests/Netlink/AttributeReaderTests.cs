using Plumbline.Linux.Netlink.Protocol;

namespace Plumbline.Linux.Tests.Netlink;

public sealed class AttributeReaderTests
{
    // made by hand after linux/netlink.h: two attributes, the first of 3 bytes and so padded by one
    private static readonly byte[] _two = Convert.FromHexString("0700" + "0300" + "6c6f00" + "ff" + "0800" + "0400" + "dc050000");

    [Fact]
    public void Padding_between_attributes_is_no_part_of_them()
    {
        var reader = new AttributeReader(_two);
        Assert.True(reader.Read());
        Assert.Equal(3, reader.Type);
        Assert.Equal("lo", reader.Text());
        Assert.True(reader.Read());
        Assert.Equal(4, reader.Type);
        Assert.Equal(1500, reader.Int32());
        Assert.False(reader.Read());
    }

    [Fact]
    public void Flag_bits_are_no_part_of_the_type()
    {
        var reader = new AttributeReader(Convert.FromHexString("0400" + "12c0"));
        Assert.True(reader.Read());
        Assert.Equal(0x12, reader.Type);
        Assert.True(reader.Value.IsEmpty);
    }

    [Fact]
    public void The_last_attribute_may_lack_its_padding()
    {
        var reader = new AttributeReader(Convert.FromHexString("0500" + "1000" + "06"));
        Assert.True(reader.Read());
        Assert.Equal(6, reader.Byte());
        Assert.False(reader.Read());
    }

    [Theory]
    [InlineData("0900" + "0300" + "6c6f0000")] // longer than what is left
    [InlineData("0300" + "0300" + "6c6f0000")] // shorter than a header: would never end
    [InlineData("0000" + "0000")]
    public void A_length_that_cannot_be_is_malformed(string message) => Assert.Throws<InvalidDataException>(() =>
    {
        var reader = new AttributeReader(Convert.FromHexString(message));
        reader.Read();
    });

    [Fact]
    public void A_number_that_is_too_short_is_malformed() => Assert.Throws<InvalidDataException>(() =>
    {
        var reader = new AttributeReader(Convert.FromHexString("0600" + "0400" + "dc05" + "0000"));
        reader.Read();
        reader.Int32();
    });

    [Fact]
    public void What_the_writer_writes_the_reader_reads_back()
    {
        var request = new MessageWriter(RouteMessage.RTM_NEWLINK, MessageFlags.NLM_F_ACK).Header(new ifinfomsg { ifi_index = 7 });
        request.Attribute(3, "qbr1").Nested(18, () => request.Attribute(1, "bridge").Attribute(9, (ushort)8)).Attribute(4, 1450);
        var message = request.Finish(5);

        Assert.Equal(message.Length, BitConverter.ToInt32(message));
        Assert.Equal(5u, BitConverter.ToUInt32(message[8..]));
        Assert.Equal(7, FixedHeader.Read<ifinfomsg>(message[MessageWriter.HeaderLength..]).ifi_index);
        var reader = new AttributeReader(message[(MessageWriter.HeaderLength + ifinfomsg.Length)..]);
        Assert.True(reader.Read());
        Assert.Equal("qbr1", reader.Text());
        Assert.True(reader.Read());
        var nested = reader.Nested();
        Assert.True(nested.Read());
        Assert.Equal("bridge", nested.Text());
        Assert.True(nested.Read());
        Assert.Equal(8, nested.UInt16());
        Assert.False(nested.Read());
        Assert.True(reader.Read());
        Assert.Equal(1450, reader.Int32());
        Assert.False(reader.Read());
    }

    [Fact]
    public void A_long_message_grows()
    {
        var request = new MessageWriter(RouteMessage.RTM_NEWLINK, MessageFlags.None);
        for (var i = 0; i < 1000; i++)
        {
            request.Attribute(4, i);
        }
        Assert.Equal(MessageWriter.HeaderLength + 8000, request.Finish(1).Length);
    }
}
