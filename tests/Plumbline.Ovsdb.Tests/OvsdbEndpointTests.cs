namespace Plumbline.Ovsdb.Tests;

public sealed class OvsdbEndpointTests
{
    [Theory]
    [InlineData("unix:/run/openvswitch/db.sock", "unix:/run/openvswitch/db.sock")]
    [InlineData("/run/openvswitch/db.sock", "unix:/run/openvswitch/db.sock")]
    [InlineData("./db.sock", "unix:./db.sock")]
    [InlineData("unix:db.sock", "unix:db.sock")]
    [InlineData("tcp:127.0.0.1", "tcp:127.0.0.1:6640")]
    [InlineData("tcp:127.0.0.1:6641", "tcp:127.0.0.1:6641")]
    [InlineData("tcp:compute-1.example:6640", "tcp:compute-1.example:6640")]
    [InlineData("tcp:[fd00::1]:6640", "tcp:[fd00::1]:6640")]
    [InlineData("tcp:[fd00::1]", "tcp:[fd00::1]:6640")]
    [InlineData("ssl:10.0.0.1:6632", "ssl:10.0.0.1:6632")]
    public void Endpoint_is_read_and_written_in_the_notation_of_ovs(string text, string written) =>
        Assert.Equal(written, OvsdbEndpoint.Parse(text).ToString());

    [Theory]
    [InlineData("", "\"\" is no OVSDB endpoint: it starts with none of unix:, tcp: and ssl:")]
    [InlineData("db.sock", "\"db.sock\" is no OVSDB endpoint: it starts with none of unix:, tcp: and ssl:")]
    [InlineData("unix:", "\"unix:\" is no OVSDB endpoint: the path is missing")]
    [InlineData("tcp:", "\"tcp:\" is no OVSDB endpoint: the host is missing")]
    [InlineData("tcp::6640", "\"tcp::6640\" is no OVSDB endpoint: the host is missing")]
    [InlineData("tcp:h:0", "\"tcp:h:0\" is no OVSDB endpoint: the port is no number from 1 to 65535")]
    [InlineData("tcp:h:65536", "\"tcp:h:65536\" is no OVSDB endpoint: the port is no number from 1 to 65535")]
    [InlineData("tcp:h:", "\"tcp:h:\" is no OVSDB endpoint: the port is no number from 1 to 65535")]
    [InlineData("tcp:h: 1", "\"tcp:h: 1\" is no OVSDB endpoint: the port is no number from 1 to 65535")]
    [InlineData("tcp:fd00::1:6640", "\"tcp:fd00::1:6640\" is no OVSDB endpoint: an IPv6 address needs brackets")]
    [InlineData("ssl:[fd00::1", "\"ssl:[fd00::1\" is no OVSDB endpoint: the bracket is not closed")]
    [InlineData("ssl:[fd00::1]6640", "\"ssl:[fd00::1]6640\" is no OVSDB endpoint: after the bracket comes :PORT")]
    [InlineData("ptcp:6640", "\"ptcp:6640\" is no OVSDB endpoint: that is the listening (passive) end, as a server is given it")]
    [InlineData("a\u001b[2J", "\"a\\x1b[2J\" is no OVSDB endpoint: it starts with none of unix:, tcp: and ssl:")]
    public void Anything_else_is_refused_with_the_reason(string text, string what)
    {
        var refused = Assert.Throws<OvsdbException>(() => OvsdbEndpoint.Parse(text));
        Assert.Equal(what, refused.Problem.What);
        Assert.Equal("write unix:PATH, tcp:HOST:PORT or ssl:HOST:PORT", refused.Problem.Fix);
        Assert.Equal(OvsdbFailure.Endpoint, refused.Failure);
    }
}
