using System.Net;

namespace Plumbline.Neutron.Tests;

public class DeviceNamesTests
{
    private const string Port = "7f6c1c2e-4b1a-4d5e-9f00-0123456789ab";

    [Fact]
    public void Devices_of_a_port_share_its_first_eleven_characters()
    {
        Assert.Equal("tap7f6c1c2e-4b", DeviceNames.Tap(Port));
        Assert.Equal("qbr7f6c1c2e-4b", DeviceNames.HybridBridge(Port));
        Assert.Equal("qvb7f6c1c2e-4b", DeviceNames.VethBridgeEnd(Port));
        Assert.Equal("qvo7f6c1c2e-4b", DeviceNames.VethOvsEnd(Port));
        Assert.Equal("qr-7f6c1c2e-4b", DeviceNames.RouterPort(Port));
        Assert.Equal("qg-7f6c1c2e-4b", DeviceNames.GatewayPort(Port));
    }

    // spec/naming.md §4
    [Theory]
    [InlineData("gre", "192.168.122.220", "gre-c0a87adc")]
    [InlineData("vxlan", "10.0.1.31", "vxlan-0a00011f")]
    [InlineData("geneve", "172.16.0.2", "geneve-ac100002")]
    // made with Python: base64.b32encode(hashlib.sha1(b"2001:db8::20").digest()).lower()
    [InlineData("vxlan", "2001:db8::20", "vxlan-jqjlscgdv")]
    [InlineData("gre", "fd00::1f", "gre-xmccd2e4qjj")]
    public void Tunnel_port_is_named_after_type_and_remote_address(string type, string remote, string name) =>
        Assert.Equal(name, DeviceNames.TunnelPort(type, IPAddress.Parse(remote)));

    [Theory]
    [InlineData("tap7f6c1c2e-4b")]
    [InlineData("qvo7f6c1c2e-4b")]
    [InlineData("qr-7f6c1c2e-4b")]
    [InlineData("vhu7f6c1c2e-4b")]
    [InlineData("tpi-7f6c1c2e-4b")]
    public void Start_of_the_port_id_is_read_back_from_a_device_name(string device) =>
        Assert.Equal("7f6c1c2e-4b", DeviceNames.PortIdPrefix(device));

    [Theory]
    [InlineData("tap0")]
    [InlineData("tap7f6c1c2e4b1")]
    [InlineData("qvo7F6C1C2E-4B")]
    [InlineData("qvo7f6c1c2e-4b1")]
    [InlineData("vnet7f6c1c2e-4")]
    [InlineData("")]
    public void Other_names_hold_no_port_id(string device) => Assert.Null(DeviceNames.PortIdPrefix(device));

    [Fact]
    public void Namespace_names_hold_the_whole_uuid()
    {
        Assert.Equal(Port, DeviceNames.DhcpNetworkId(DeviceNames.DhcpNamespace(Port)));
        Assert.Equal(Port, DeviceNames.NamespaceId(DeviceNames.RouterNamespace(Port)));
        Assert.Null(DeviceNames.DhcpNetworkId(DeviceNames.RouterNamespace(Port)));
        Assert.Null(DeviceNames.NamespaceId("qdhcp-mine"));
    }
}
