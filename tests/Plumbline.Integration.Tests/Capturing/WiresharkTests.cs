using System.Globalization;
using Xunit.Abstractions;

namespace Plumbline.Integration.Tests.Capturing;

/// <summary>The real tshark captures on our interfaces.</summary>
public sealed class WiresharkTests(ITestOutputHelper output)
{
    private const string Vm = "plumb-test-vm";

    /// <summary>A preference of ours, as <c>-o</c> takes it: what is no letter becomes a line.</summary>
    private static string[] Preference(string name, string option, string value) =>
        ["-o", $"extcap.{string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'))}.{option}:{value}"];

    [SkippableFact]
    public async Task Bridges_and_ports_are_in_tsharks_list_until_uninstalled()
    {
        await using var shark = await WiresharkNode.StartAsync();
        using var list = shark.Tshark("-D");
        list.WaitForExit();
        Assert.Contains("plumb-br-int (Plumbline: bridge br-int", list.Output, StringComparison.Ordinal);
        Assert.Contains("plumb-test-vm (Plumbline: test-vm", list.Output, StringComparison.Ordinal);
        Assert.Contains("plumb--path", list.Output, StringComparison.Ordinal);
        using var uninstall = shark.Start(PlumbProcess.Program, "wireshark", "uninstall");
        Assert.Equal(0, uninstall.WaitForExit());
        using var after = shark.Tshark("-D");
        after.WaitForExit();
        Assert.DoesNotContain("plumb-", after.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Packets_of_a_bridge_are_shown_while_it_captures()
    {
        await using var shark = await WiresharkNode.StartAsync();
        using var tshark = shark.Tshark("-l", "-i", "plumb-br-int", "-f", "icmp");
        CaptureNode.Until(() => shark.Node.Dump() != shark.Before, "the mirror is made");
        CaptureNode.Until(
            () =>
            {
                shark.Node.Ping(CaptureNode.RouterAddress, 1);
                return tshark.Output.Contains("Echo (ping) reply", StringComparison.Ordinal);
            },
            "tshark shows an answer");
        shark.Stop(tshark);
    }

    [SkippableFact]
    public async Task Several_places_are_named_interfaces_of_one_file_with_the_options_of_the_gear_wheel()
    {
        await using var shark = await WiresharkNode.StartAsync();
        using var tshark = shark.Capture(
            ["-i", Vm, "-f", "icmp", .. Preference(Vm, "at", "tap,qvo,br-int,tunnel"), .. Preference(Vm, "snaplen", "64"),
                .. Preference(Vm, "force", "true")]);
        shark.Node.Ping(CaptureNode.RouterAddress, 5);
        shark.WaitFor(30);
        shark.Stop(tshark);
        var seen = shark.Read();
        Assert.Equal(["test-vm tap", "test-vm qvo", "test-vm br-int mirror of qvobee51cf7-fb", "test-vm tunnels of br-tun"], seen.Select(i => i.Name));
        Assert.Equal([10, 10, 10, 0], seen.Select(i => i.Packets));
        using var lengths = shark.Tshark("-r", shark.File, "-T", "fields", "-e", "frame.cap_len");
        lengths.WaitForExit();
        Assert.All(lengths.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), length => Assert.Equal("64", length));
    }

    [SkippableFact]
    public async Task Path_has_every_hop_between_two_ends_in_its_order()
    {
        await using var shark = await WiresharkNode.StartAsync();
        const string path = "plumb--path";
        using var tshark = shark.Capture(
            ["-i", path, "-f", "icmp", .. Preference(path, "from", "test-vm"), .. Preference(path, "to", CaptureNode.OtherTap)]);
        shark.Node.Ping(CaptureNode.OtherAddress, 3);
        shark.WaitFor(24);
        shark.Stop(tshark);
        var seen = shark.Read();
        Assert.Equal(["test-vm tap", "test-vm qvb", "test-vm qvo"], seen.Take(3).Select(i => i.Name));
        Assert.Equal(4, seen.Count); // and the other end's
        Assert.All(seen, hop => Assert.Equal(6, hop.Packets));
    }

    [SkippableFact]
    public async Task Node_behind_a_real_sshd_is_listed_and_captured()
    {
        await using var shark = await WiresharkNode.StartAsync(overSsh: true);
        using var list = shark.Tshark("-D");
        list.WaitForExit();
        Assert.Contains("plumb-there~test-vm (Plumbline there: test-vm", list.Output, StringComparison.Ordinal);
        Assert.Contains("plumb-there~br-int (Plumbline there: bridge br-int", list.Output, StringComparison.Ordinal);
        const string far = "plumb-there~test-vm";
        using var tshark = shark.Capture(["-i", far, "-f", "icmp", .. Preference(far, "at", "tap,br-int")]);
        shark.Node.Ping(CaptureNode.RouterAddress, 5);
        shark.WaitFor(20);
        shark.Stop(tshark);
        Assert.Equal([("test-vm tap", 10), ("test-vm br-int mirror of qvobee51cf7-fb", 10)], shark.Read());
    }

    /// <summary>The measure is bench/extcap-stop's: here only that all is gone, on interfaces where no packet passes.</summary>
    [SkippableTheory]
    [InlineData("device", Vm)]
    [InlineData("mirror", "plumb-br-int")]
    [InlineData("several places", Vm, "at", "tap,qvo,br-int,tunnel")]
    [InlineData("path", "plumb--path", "from", "test-vm", "to", CaptureNode.OtherTap)]
    [InlineData("remote device", "plumb-there~test-vm")]
    [InlineData("remote mirror", "plumb-there~br-int")]
    [InlineData("remote path", "plumb-there~-path", "from", "test-vm", "to", CaptureNode.RouterAddress)]
    public async Task Stop_on_an_idle_interface_is_noticed_and_nothing_is_left(string what, string name, params string[] options)
    {
        await using var shark = await WiresharkNode.StartAsync(overSsh: name.Contains('~', StringComparison.Ordinal));
        using var tshark = shark.Capture(
            ["-i", name, "-f", "udp port 9", .. options.Chunk(2).SelectMany(pair => Preference(name, pair[0], pair[1]))]);
        var time = shark.Stop(tshark);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {time.TotalMilliseconds:0} ms until nothing was left"));
        Assert.All(shark.Read(), place => Assert.Equal(0, place.Packets));
    }

    [SkippableTheory]
    [InlineData("KILL", Vm)]
    [InlineData("TERM", Vm)]
    [InlineData("KILL", "plumb-there~test-vm")]
    public async Task Killed_tshark_leaves_nothing_either(string signal, string name)
    {
        await using var shark = await WiresharkNode.StartAsync(overSsh: name.Contains('~', StringComparison.Ordinal));
        using var tshark = shark.Capture(["-i", name, .. Preference(name, "at", "tap,br-int")]);
        Assert.NotEqual(shark.Before, shark.Node.Dump());
        shark.Stop(tshark, signal);
    }

    [SkippableFact]
    public async Task Two_of_our_interfaces_at_once_do_not_meet()
    {
        await using var shark = await WiresharkNode.StartAsync();
        using var tshark = shark.Capture("-i", "plumb-br-int", "-i", Vm, "-f", "icmp");
        CaptureNode.Until(() => shark.Node.Vsctl("--bare", "--columns=name", "find", "Mirror", "external_ids:plumb-session!=x").Length > 0, "a mirror");
        shark.Stop(tshark);
    }

    [SkippableTheory]
    [InlineData("nothing here is called \"nobody\"", "plumb--path", "from", "nobody", "to", "test-vm")]
    [InlineData("a path needs both ends", "plumb--path", "from", "test-vm")]
    [InlineData("\"tapp\" is no place on a VM's way", Vm, "at", "tapp")]
    public async Task What_is_wrong_is_shown_by_tshark(string complaint, string name, params string[] options)
    {
        await using var shark = await WiresharkNode.StartAsync();
        using var tshark = shark.Tshark(["-i", name, .. options.Chunk(2).SelectMany(pair => Preference(name, pair[0], pair[1]))]);
        Assert.NotEqual(0, tshark.WaitForExit());
        Assert.Contains(complaint, tshark.Error, StringComparison.Ordinal);
        Assert.Equal(shark.Before, shark.Node.Dump());
    }

    /// <summary>As Wireshark asks: its spellings of one question, and a filter that somebody types.</summary>
    [SkippableFact]
    public async Task Script_answers_all_that_Wireshark_asks()
    {
        await using var shark = await WiresharkNode.StartAsync();
        string Ask(params string[] arguments)
        {
            using var run = shark.Start(shark.Script, arguments);
            Assert.True(run.WaitForExit() == 0, run.Error);
            return run.Output.Trim();
        }
        var byShell = Ask("--extcap-config", "--extcap-interface", Vm);
        Assert.Contains("{call=--at}", byShell, StringComparison.Ordinal);
        Assert.Contains("{call=--explain}", byShell, StringComparison.Ordinal);
        Assert.Equal(byShell, Ask("--extcap-config", "--extcap-interface=" + Vm, "--extcap-version=4.2"));
        Assert.Equal(byShell, Ask("--extcap-interface", Vm, "--extcap-config", "--extcap-reload-option", "at"));
        Assert.Contains("{call=--from}", Ask("--extcap-config", "--extcap-interface", "plumb--path"), StringComparison.Ordinal);
        Assert.Contains("{call=--from}", Ask("--extcap-config", "--extcap-interface", "plumb-there~-path"), StringComparison.Ordinal);
        Assert.StartsWith("dlt {number=1}", Ask("--extcap-dlts", "--extcap-interface", Vm), StringComparison.Ordinal);
        Assert.Contains($"interface {{value={Vm}}}", Ask("--extcap-interfaces", "--extcap-version=4.4", "--log-level", "message"), StringComparison.Ordinal);
        Assert.Equal("", Ask("--extcap-interface", Vm, "--extcap-capture-filter", "tcp port 80"));
        Assert.Contains("syntax error", Ask("--extcap-interface", Vm, "--extcap-capture-filter", "tcp prt 80"), StringComparison.Ordinal);
        Assert.Equal("", Ask("--extcap-interface", Vm, "--extcap-cleanup-postkill"));
    }

    [SkippableFact]
    public async Task Node_that_does_not_answer_is_left_out_with_the_reason_and_the_others_are_listed()
    {
        CaptureNode.SkipUnlessPossible();
        await using var node = await CaptureNode.StartAsync();
        using var list = PlumbProcess.StartProgram(true, "env",
            ["PLUMB_SSH=sh -c 'exit 255'", PlumbProcess.Program, "extcap", "--extcap-interfaces", "--remote", "nowhere", .. node.Options]);
        Assert.Equal(0, list.WaitForExit());
        Assert.Contains("interface {value=plumb-br-int}", list.Output, StringComparison.Ordinal);
        Assert.Contains("nowhere is left out", list.Error, StringComparison.Ordinal);
    }
}
