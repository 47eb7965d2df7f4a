using Plumbline.Operations.Labs;

namespace Plumbline.Integration.Tests.Labs;

/// <summary>Labs with the other firewall drivers, L2 population and IPv6: all of it works, and a check finds nothing.</summary>
public sealed class LabDriverTests
{
    [SkippableTheory]
    [InlineData("native", false, false)]
    [InlineData("native", true, true)]
    [InlineData("noop", true, false)]
    [InlineData("hybrid", true, false)]
    [InlineData("hybrid", false, true)]
    public async Task A_lab_of_another_driver_works_and_is_sound(string firewall, bool population, bool isRouted)
    {
        LabFixture.SkipUnlessPossible();
        var own = new OwnLab(new()
        {
            Nodes = 2,
            Instances = isRouted ? 4 : 2,
            Tunnel = "vxlan",
            Firewall = firewall,
            L2Population = population,
            IPv6 = true,
            Routed = isRouted,
        });
        await own.InitializeAsync();
        try
        {
            var status = await Lab.GetStatusAsync(own.Lab, default);
            Assert.True(status.IsWell, string.Join("; ", status.Instances));
            var (vm, other) = (own.Lab.Instances[0], own.Lab.Instances[1]);
            var ping = await LabFixture.RunAsync(vm.NamespaceFile, "ping", "-n", "-c", "4", "-i", "0.3", "-W", "2", other.IPv6Address!.ToString());
            Assert.True(ping.ExitCode == 0, ping.Output + ping.Errors);
            if (own.Lab.Gateway is { } gateway)
            {
                var metadata = await LabFixture.RunAsync(vm.NamespaceFile, "bash", "-c", "exec 3<>/dev/tcp/169.254.169.254/80; timeout 2 cat <&3");
                Assert.Contains("metadata of plumb's lab", metadata.Output, StringComparison.Ordinal);
                var inwards = await LabFixture.RunAsync(
                    gateway.HostNamespaceFile, "ping", "-n", "-c", "2", "-i", "0.3", "-W", "2", gateway.FloatingAddress.ToString());
                Assert.True(inwards.ExitCode == 0, inwards.Output + inwards.Errors);
            }
            foreach (var node in own.Lab.Nodes)
            {
                var check = await LabFixture.PlumbAsync("check", "--lab", "--lab-dir", own.Options.Directory, "--node", node.Name);
                Assert.True(check.ExitCode == 0, check.Output + check.Errors);
            }
        }
        finally
        {
            await own.DisposeAsync();
        }
    }
}
