using Plumbline.Integration.Tests.Capturing;
using Plumbline.Operations.Labs;
using static System.StringComparison;

namespace Plumbline.Integration.Tests.Mirrors;

/// <summary>
/// Copies go to a second switch: two vswitchds on one underlay, real packets, GRE and ERSPAN of both types. The nodes' own tunnels are VXLAN:
/// OVS in user space gives all of IP protocol 47 to one kind of port, GRE or ERSPAN.
/// </summary>
public sealed class RemoteAnalyserTests
{
    [SkippableTheory]
    [InlineData("gre:192.168.122.210", "type=gre options:key=77", "--key", "77")]
    [InlineData("erspan:192.168.122.210", "type=erspan options:key=102 options:erspan_ver=1 options:erspan_idx=7", "--key", "102", "--index", "7")]
    [InlineData("erspan:192.168.122.210", "type=erspan options:key=102 options:erspan_ver=2 options:erspan_dir=1 options:erspan_hwid=4",
        "--key", "102", "--erspan-version", "2", "--erspan-direction", "out", "--hardware-id", "4")]
    public async Task Copies_arrive_at_the_second_switch_and_prove_sees_them_leave(string to, string far, params string[] options)
    {
        CaptureNode.SkipUnlessPossible();
        Labs.LabFixture.SkipUnlessPossible();
        var folder = Directory.CreateTempSubdirectory("plt-analyser-").FullName;
        try
        {
            var (lab, _) = await Lab.UpAsync(
                new LabOptions { Directory = folder + "/lab", Nodes = 2, Instances = 1, Tunnel = "vxlan" }, static _ => { }, CancellationToken.None);
            Copy(lab, to, far, options);
        }
        finally
        {
            await Lab.DownAsync(folder + "/lab", static _ => { }, CancellationToken.None);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Copy(LabDescription lab, string to, string far, string[] options)
    {
        var analyser = lab.FindNode("network-opt");
        string Far(params string[] arguments) => Run("ovs-vsctl", [$"--db=unix:{analyser.Access.OvsRunDirectory}/db.sock", "--timeout=10", .. arguments]);
        Far(["--", "add-br", "br-span", "--", "set", "Bridge", "br-span", "datapath_type=netdev", "fail_mode=secure",
            "--", "add-port", "br-span", "span-in", "--", "set", "Interface", "span-in", "options:remote_ip=192.168.122.215", .. far.Split(' ')]);
        // what arrives goes to the bridge's own device, to be counted there
        Run("ovs-ofctl", ["add-flow", $"unix:{analyser.Access.OvsRunDirectory}/br-span.mgmt", "in_port=span-in,actions=LOCAL"]);
        var (status, said) = Plumb(lab, ["mirror", "add", "ids", "test-vm", "--no-service", "--direction", "out", "--to", to, .. options]);
        Assert.True(status == 0, said);
        Assert.Contains("proved: a packet that comes in by qvobee51cf7-fb is copied", said, Ordinal);
        var (proved, text) = Plumb(lab, ["mirror", "prove", "ids", "--json"]);
        Assert.True(proved == 0, text);
        Assert.Contains("3 of 3 probes from qvobee51cf7-fb came out at eth0, encapsulated for 192.168.122.210", text, Ordinal);
        CaptureNode.Until(() => Copies(Far("get", "Interface", "span-in", "statistics:rx_packets")) >= 3, "three copies arrive at the other switch");
        var flow = Run("ovs-ofctl", ["dump-flows", $"unix:{analyser.Access.OvsRunDirectory}/br-span.mgmt"]);
        Assert.DoesNotContain("n_packets=0,", flow, Ordinal);
        Assert.True(Plumb(lab, ["mirror", "remove", "ids"]).Status == 0);
    }

    private static int Copies(string text) => int.TryParse(text, out var number) ? number : 0;

    private static (int Status, string Said) Plumb(LabDescription lab, string[] arguments)
    {
        using var plumb = PlumbProcess.StartProgram(true, PlumbProcess.Program, [.. arguments, "--lab-dir", lab.Directory]);
        var status = plumb.WaitForExit();
        return (status, plumb.Output + plumb.Error);
    }

    private static string Run(string file, string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEnd();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{file}: {errors}");
        return output.Trim();
    }
}
