using System.Diagnostics;
using Plumbline.Integration.Tests.Capturing;
using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Linux.Processes;
using Plumbline.Operations;
using Plumbline.Operations.Labs;
using Plumbline.Primitives;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Labs;

/// <summary>Labs that come and go: nothing may be left, whoever was killed; and several nodes.</summary>
public sealed class LabLifeTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plt-lab-").FullName;

    private string LabFolder => Path.Join(_folder, "lab");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (File.Exists(Path.Join(LabFolder, "lab.json")))
        {
            await Lab.DownAsync(LabFolder, _ => { }, default); // a test has failed: leave nothing all the same
        }
        Directory.Delete(_folder, recursive: true);
    }

    // from 172.16.0.11 to 172.16.0.12 inside: behind IPv4 (20), GRE with key (8) and Ethernet (14); or UDP (8), VXLAN (8), Ethernet (14)
    [SkippableTheory]
    [InlineData("gre", "ip proto 47 and ip[54:4] = 0xac10000b and ip[58:4] = 0xac10000c")]
    [InlineData("vxlan", "udp dst port 4789 and udp[42:4] = 0xac10000b and udp[46:4] = 0xac10000c")]
    public async Task Pings_between_VMs_of_two_nodes_cross_the_underlay_in_the_tunnel_and_taking_it_away_leaves_nothing(
        string tunnel, string filter)
    {
        LabFixture.SkipUnlessPossible();
        Root.SkipUnlessInstalled("tcpdump");
        var before = Machine();
        var (lab, wasMade) = await Lab.UpAsync(new() { Directory = LabFolder, Nodes = 2, Tunnel = tunnel }, _ => { }, default);
        try
        {
            Assert.True(wasMade);
            Assert.NotEqual(lab.Instances[0].Node, lab.Instances[1].Node);
            Assert.Equal(before, Machine());
            using var underlay = NetworkNamespace.Open($"{lab.Directory}/namespaces/underlay");
            var capture = CommandRunner.RunAsync(underlay, "timeout",
                ["10", "tcpdump", "-i", "switch", "-n", "-c", "2", "-U", filter], null, null, default);
            var ping = "";
            while (!capture.IsCompleted)
            {
                ping = (await LabFixture.RunAsync(lab.Instances[0].NamespaceFile,
                    "ping", "-n", "-c", "2", "-i", "0.2", "-W", "2", lab.Instances[1].Address.ToString())).Output;
                Assert.Contains(" 0% packet loss", ping, StringComparison.Ordinal);
            }
            Assert.Contains("172.16.0.11 > 172.16.0.12: ICMP echo request", (await capture).Output, StringComparison.Ordinal);
            Assert.True((await Lab.GetStatusAsync(lab, default)).IsWell);
        }
        finally
        {
            Assert.True(await Lab.DownAsync(LabFolder, _ => { }, default));
        }
        AssertNothingLeft(before);
        Assert.False(await Lab.DownAsync(LabFolder, _ => { }, default));
    }

    [SkippableTheory]
    [InlineData("namespaces")]
    [InlineData("bridges")]
    [InlineData("VMs")]
    [InlineData("addresses")]
    public async Task A_lab_whose_maker_was_killed_is_taken_away_like_any_other(string when)
    {
        LabFixture.SkipUnlessPossible();
        var before = Machine();
        using (var maker = Process.Start(new ProcessStartInfo(
            PlumbProcess.Program, ["lab", "up", "--lab-dir", LabFolder])
        { RedirectStandardError = true, RedirectStandardOutput = true })!)
        {
            while (await maker.StandardError.ReadLineAsync() is { } line && !line.StartsWith($"plumb: {when}", StringComparison.Ordinal))
            {
                Assert.StartsWith("plumb: ", line, StringComparison.Ordinal);
            }
            maker.Kill();
            await maker.WaitForExitAsync();
        }
        // After its last word the maker may be done before the signal reaches it.
        Assert.True(Lab.Find(LabFolder) is null || when == "addresses");
        await Lab.DownAsync(LabFolder, _ => { }, default);
        AssertNothingLeft(before);
    }

    [SkippableFact]
    public async Task A_dead_lab_is_recognised_and_made_anew()
    {
        LabFixture.SkipUnlessPossible();
        var before = Machine();
        var options = new LabOptions { Directory = LabFolder, Instances = 0 };
        await Lab.UpAsync(options, _ => { }, default);
        var pid = int.Parse(
            await File.ReadAllTextAsync($"{LabFolder}/compute-opt/openvswitch/ovs-vswitchd.pid"),
            System.Globalization.CultureInfo.InvariantCulture);
        await ProcessControl.EndAsync([ProcessIdentity.Find(pid)!], TimeSpan.Zero, default);
        Assert.False((await Lab.GetStatusAsync(Lab.Get(LabFolder), default)).IsWell);
        Assert.True((await Lab.UpAsync(options, _ => { }, default)).WasMade);
        await Lab.DownAsync(LabFolder, _ => { }, default);
        AssertNothingLeft(before);
    }

    [SkippableFact]
    public async Task A_folder_with_something_else_in_it_is_refused()
    {
        LabFixture.SkipUnlessPossible();
        Directory.CreateDirectory(LabFolder);
        await File.WriteAllTextAsync(Path.Join(LabFolder, "precious"), "");
        var options = new LabOptions { Directory = LabFolder };
        Assert.Equal(ExitStatus.Refused,
            (await Assert.ThrowsAsync<OperationsException>(() => Lab.UpAsync(options, _ => { }, default))).Status);
        Assert.Equal(ExitStatus.Refused,
            (await Assert.ThrowsAsync<OperationsException>(() => Lab.DownAsync(LabFolder, _ => { }, default))).Status);
        Assert.True(File.Exists(Path.Join(LabFolder, "precious")));
    }

    [SkippableFact]
    public async Task Cancelled_while_it_is_made_it_takes_away_what_it_made()
    {
        LabFixture.SkipUnlessPossible();
        var before = Machine();
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Lab.UpAsync(
            new() { Directory = LabFolder },
            line =>
            {
                if (line.StartsWith("VMs", StringComparison.Ordinal))
                {
                    cancel.Cancel();
                }
            },
            cancel.Token));
        AssertNothingLeft(before);
    }

    /// <summary>Links, namespaces and mounts of the machine, as far as they are not other tests'.</summary>
    private static string Machine()
    {
        using var netlink = RouteNetlink.Open();
        return string.Join('\n', netlink.ListLinks().Select(l => l.Name).Order(StringComparer.Ordinal));
    }

    private void AssertNothingLeft(string before)
    {
        Assert.Equal(before, Machine());
        Assert.False(Directory.Exists(LabFolder));
        Assert.False(File.Exists(LabFolder + ".lock"));
        Assert.DoesNotContain(_folder, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateDirectories("/proc").Select(CommandLine),
            c => c.Contains(_folder, StringComparison.Ordinal));
    }

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText($"{process}/cmdline");
        }
        catch (IOException)
        {
            return ""; // no process, or it ended just now
        }
        catch (UnauthorizedAccessException)
        {
            return "";
        }
    }
}
