using System.Diagnostics;
using System.Globalization;
using Plumbline.Integration.Tests.Capturing;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Compiling;

/// <summary>Random scenarios through Neutron's own agent code, through our compiler, and ours through the real iptables and ipset.</summary>
public sealed class NeutronAgentTests
{
    private const string Neutron = "/usr/lib/python3/dist-packages/neutron/__init__.py";

    [SkippableTheory]
    [InlineData(30_000, 30)]
    [InlineData(130_000, 30)] // wild ones
    [InlineData(230_000, 30)] // odd spellings, everything on and off again
    public void Scenarios_come_out_as_from_Neutron_s_agent_and_the_kernel_keeps_them_so(int seed, int count)
    {
        Root.SkipUnlessRoot();
        Skip.IfNot(File.Exists(Neutron), "needs Debian's python3-neutron");
        Root.SkipUnlessInstalled("iptables-nft-restore");
        Root.SkipUnlessInstalled("ipset");
        var start = new ProcessStartInfo(
            Path.Combine(SharedFiles.RepositoryRoot, "tests/neutron-agent/run"),
            [seed.ToString(CultureInfo.InvariantCulture), count.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PLUMB"] = PlumbProcess.Program;
        using var process = Process.Start(start)!; // started: UseShellExecute is off
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output + errors.GetAwaiter().GetResult());
    }
}
