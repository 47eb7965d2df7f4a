using Plumbline.Integration.Tests.Capturing;
using Plumbline.Linux;
using Plumbline.Linux.Processes;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Labs;

/// <summary>Two VMs on one node; and what every test in a lab needs.</summary>
public sealed class LabFixture() : OwnLab(new() { Instances = 2 })
{
    public static void SkipUnlessPossible()
    {
        Root.SkipUnlessRoot();
        foreach (var program in (string[])["ovs-vswitchd", "dnsmasq", "iptables-restore", "ipset", "ping"])
        {
            Root.SkipUnlessInstalled(program);
        }
        Skip.IfNot(Root.IsInstalled("udhcpc") || Root.IsInstalled("dhclient"), "needs udhcpc or dhclient");
    }

    /// <summary>Runs a program in a namespace and returns what it wrote.</summary>
    public static async Task<CommandResult> RunAsync(string namespaceFile, string program, params string[] arguments)
    {
        using var inside = NetworkNamespace.Open(namespaceFile);
        return await CommandRunner.RunAsync(inside, program, arguments, null, null, default);
    }

    /// <summary>Runs the built plumb.</summary>
    public static Task<CommandResult> PlumbAsync(params string[] arguments) =>
        CommandRunner.RunAsync(null, PlumbProcess.Program, arguments, null, null, default);
}
