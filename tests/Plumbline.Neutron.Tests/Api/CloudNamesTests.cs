using System.Text.Json;
using Plumbline.Neutron.Api;

namespace Plumbline.Neutron.Tests.Api;

public sealed class CloudNamesTests
{
    [Theory]
    [InlineData("""{"ports": [{"id": "p1", "network_id": "n", "name": "web1-0", "device_id": "vm", "device_owner": "compute:nova"}]}""", "web1-0")]
    [InlineData("""
        {"ports": [{"id": "p1", "network_id": "n", "name": "web2-1", "device_id": "vm", "device_owner": "compute:nova"},
                   {"id": "p2", "network_id": "n", "name": "web2-0", "device_id": "vm", "device_owner": "compute:nova"}]}
        """, "web2")]
    [InlineData("""
        {"ports": [{"id": "p1", "network_id": "n", "name": "front", "device_id": "vm", "device_owner": "compute:nova"},
                   {"id": "p2", "network_id": "n", "name": "back", "device_id": "vm", "device_owner": "compute:az2"}]}
        """, "back")]
    [InlineData("""
        {"ports": [{"id": "p1", "network_id": "n", "name": "web1-0", "device_id": "vm", "device_owner": "compute:nova"}],
         "servers": [{"id": "vm", "name": "shop"}]}
        """, "shop")]
    [InlineData("""{"ports": [{"id": "p1", "network_id": "n", "name": "", "device_id": "vm", "device_owner": "compute:nova"}]}""", null)]
    [InlineData("""{"ports": [{"id": "p1", "network_id": "n", "name": "r", "device_id": "vm", "device_owner": "network:router_interface"}]}""", null)]
    public void Nova_names_a_VM_else_its_ports_do(string json, string? name)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Equal(name, CloudNames.Of(Cloud.Read([document.RootElement])).GetValueOrDefault("vm"));
    }

    [Theory]
    [InlineData("web1", "web1", true)]
    [InlineData("web1-0", "web1", true)]
    [InlineData("web1-eth0", "web1", true)]
    [InlineData("web10", "web1", false)]
    [InlineData("web1-a", "web1", false)]
    [InlineData("web1-backup0", "web1", false)]
    [InlineData("", "web1", false)]
    public void A_port_is_often_named_after_its_VM(string port, string vm, bool isOf) => Assert.Equal(isOf, CloudNames.IsPortOf(port, vm));
}
