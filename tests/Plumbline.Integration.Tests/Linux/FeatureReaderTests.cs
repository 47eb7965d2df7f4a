using Plumbline.Linux.Devices;
using Plumbline.Linux.Netlink;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Linux;

public sealed class FeatureReaderTests
{
    [SkippableFact]
    public void The_kernel_tells_what_is_on_of_each_device_that_is_there()
    {
        using var place = TestNamespace.Create("features");
        using (var netlink = RouteNetlink.Open(place.Namespace))
        {
            netlink.CreateLink(new LinkOptions { Name = "v0", Kind = "veth", Peer = new LinkOptions { Name = "v1", Kind = "veth" } });
        }

        var features = FeatureReader.Read(place.Namespace, ["v0", "nobody", "v1", "", "a-name-that-is-too-long"]);

        Assert.Equal(["v0", "v1"], features.Select(told => told.Device));
        Assert.All(features, told =>
        {
            Assert.Contains("tx-checksum-ip-generic", told.Active);
            Assert.Contains("tx-tcp-segmentation", told.Active);
            Assert.DoesNotContain("rx-lro", told.Active);
        });
    }
}
