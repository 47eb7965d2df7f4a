using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Linux.Taps;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Taps;

public sealed class FrameShuttleTests
{
    [SkippableFact]
    public async Task Two_namespaces_ping_each_other_through_their_taps_which_go_with_the_process_that_holds_them()
    {
        Root.SkipUnlessInstalled("ping");
        using var one = TestNamespace.Create("one");
        using var other = TestNamespace.Create("other");
        using (var cancel = new CancellationTokenSource())
        using (var near = TapDevice.Create(one.Namespace, "eth0"))
        using (var far = TapDevice.Create(other.Namespace, "eth0"))
        {
            var shuttle = Task.Run(() => FrameShuttle.Run([(near, far)], cancel.Token));
            one.Run("ip", "link", "set", "eth0", "up");
            one.Run("ip", "address", "add", "192.0.2.1/24", "dev", "eth0");
            // frames to a far side that is down are lost, and harm nobody
            one.Run("sh", "-c", "ping -n -c 1 -W 1 192.0.2.2 || true");
            other.Run("ip", "link", "set", "eth0", "up");
            other.Run("ip", "address", "add", "192.0.2.2/24", "dev", "eth0");
            one.Run("ping", "-n", "-c", "3", "-i", "0.1", "-W", "2", "192.0.2.2");
            Assert.False(shuttle.IsCompleted);
            await cancel.CancelAsync();
            await shuttle;
        }
        using var netlink = RouteNetlink.Open(one.Namespace);
        Assert.Null(netlink.FindLink("eth0"));
    }

    [SkippableFact]
    public void A_name_that_is_taken_is_refused_by_the_kernel()
    {
        using var space = TestNamespace.Create();
        using var tap = TapDevice.Create(space.Namespace, "tap0");
        var taken = Assert.Throws<LinuxException>(() => TapDevice.Create(space.Namespace, "tap0"));
        Assert.StartsWith("cannot create tap \"tap0\"", taken.Problem.What, StringComparison.Ordinal);
    }
}
