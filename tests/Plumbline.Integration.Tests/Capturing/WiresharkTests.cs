using System.Diagnostics;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Capturing;

/// <summary>The real tshark captures on our interfaces.</summary>
public sealed class WiresharkTests
{
    private static PlumbProcess Tshark(CaptureNode node, params string[] arguments) =>
        PlumbProcess.StartProgram(true, "env", ["-u", "XDG_CONFIG_HOME", $"HOME={node.Folder}", "tshark", .. arguments]);

    private static async Task<CaptureNode> InstalledAsync(params string[] more)
    {
        CaptureNode.SkipUnlessPossible();
        Root.SkipUnlessInstalled("tshark");
        var node = await CaptureNode.StartAsync();
        using var install = PlumbProcess.StartProgram(
            true, "env", ["-u", "XDG_CONFIG_HOME", $"HOME={node.Folder}", PlumbProcess.Program, "wireshark", "install", .. more, .. node.Options]);
        Assert.Equal(0, install.WaitForExit());
        return node;
    }

    [SkippableFact]
    public async Task Bridges_and_ports_are_in_tsharks_list_until_uninstalled()
    {
        await using var node = await InstalledAsync();
        using var list = Tshark(node, "-D");
        list.WaitForExit();
        Assert.Contains("plumb-br-int (Plumbline: bridge br-int", list.Output, StringComparison.Ordinal);
        Assert.Contains("plumb--path", list.Output, StringComparison.Ordinal);
        using var uninstall = PlumbProcess.StartProgram(
            true, "env", "-u", "XDG_CONFIG_HOME", $"HOME={node.Folder}", PlumbProcess.Program, "wireshark", "uninstall");
        Assert.Equal(0, uninstall.WaitForExit());
        using var after = Tshark(node, "-D");
        after.WaitForExit();
        Assert.DoesNotContain("plumb-", after.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Packets_of_a_bridge_are_shown_and_its_mirror_goes_when_tshark_stops()
    {
        await using var node = await InstalledAsync();
        var before = node.Dump();
        using var tshark = Tshark(node, "-l", "-i", "plumb-br-int", "-f", "icmp");
        CaptureNode.Until(() => node.Dump() != before, "the mirror is made");
        CaptureNode.Until(
            () =>
            {
                node.Ping(CaptureNode.RouterAddress, 1);
                return tshark.Output.Contains("Echo (ping) reply", StringComparison.Ordinal);
            },
            "tshark shows an answer");
        tshark.Signal("INT");
        tshark.WaitForExit();
        CaptureNode.Until(() => node.Dump() == before, "the mirror is gone");
    }

    [SkippableFact]
    public async Task Stop_on_an_idle_interface_is_noticed()
    {
        await using var node = await InstalledAsync();
        var before = node.Dump();
        using var tshark = Tshark(node, "-i", "plumb-br-int", "-f", "udp port 9", "-w", Path.Combine(node.Folder, "idle.pcapng"));
        CaptureNode.Until(() => node.Dump() != before, "the mirror is made");
        tshark.Signal("INT");
        tshark.WaitForExit();
        CaptureNode.Until(() => node.Dump() == before, "the mirror is gone");
    }

    [SkippableFact]
    public async Task Interfaces_of_a_node_behind_ssh_are_listed_too()
    {
        await using var node = await CaptureNode.StartAsync();
        var start = new ProcessStartInfo(PlumbProcess.Program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in (string[])["extcap", .. node.Options, "--remote", "somebody@there", "--extcap-interfaces", "--extcap-version=4.2"])
        {
            start.ArgumentList.Add(word);
        }
        // what the far plumb would be told to look at is this node: its options are in the program's place
        var far = Path.Combine(node.Folder, "far-plumb");
        File.WriteAllText(far, $"#!/bin/sh\nc=$1; shift; exec '{PlumbProcess.Program}' $c {string.Join(' ', node.Options)} \"$@\"\n");
        File.SetUnixFileMode(far, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        start.Environment["PLUMB_SSH"] = StandInSsh.Write(node.Folder);
        start.Environment["PLUMB_REMOTE"] = far;
        using var plumb = Process.Start(start)!;
        var output = await plumb.StandardOutput.ReadToEndAsync();
        await plumb.WaitForExitAsync();
        Assert.Contains("interface {value=plumb-br-int}", output, StringComparison.Ordinal);
        Assert.Contains("interface {value=plumb-somebody@there~br-int}{display=Plumbline somebody@there: bridge br-int", output, StringComparison.Ordinal);
    }
}
