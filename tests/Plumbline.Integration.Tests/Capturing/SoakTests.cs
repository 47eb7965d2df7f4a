using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Plumbline.Linux.Capture;
using Plumbline.Linux.Processes;
using Plumbline.Operations.Mirroring;
using Plumbline.Primitives;

namespace Plumbline.Integration.Tests.Capturing;

/// <summary>Many captures beside people who work: nobody may notice.</summary>
public sealed partial class SoakTests
{
    private const int Sessions = 200;

    private static readonly string[] _tenants = ["fa:16:3e:00:00:10", "fa:16:3e:00:00:11"];

    [SkippableFact]
    public async Task Two_hundred_sessions_beside_a_ping_lose_no_packet_show_no_stray_frame_and_change_no_bridge()
    {
        // standalone: what a monitor said before or after its mirror existed would be flooded to every tenant
        await using var node = await CaptureNode.StartAsync(withRouter: false, failMode: "standalone");
        var before = node.Dump();
        var bridge = Bridge(node);
        var strangers = new List<string>();
        var tenant = PacketCapture.Open(new() { Device = "eth0", Namespace = node.Other.Namespace });
        using var ping = NamespacedProcess.Start(node.Guest.Namespace, new ProcessStartInfo("env",
            ["--default-signal=INT", "ping", "-q", "-n", "-i", "0.01", "-w", "300", CaptureNode.OtherAddress])
        {
            RedirectStandardOutput = true,
        });
        var point = MirrorSessionTests.PointOf(node, CaptureNode.Qvo);
        for (var i = 0; i < Sessions; i++)
        {
            var session = await MirrorSession.StartAsync(node.Access, MirrorSessionTests.Mark(), [point], null, MonitorKind.Dummy, default);
            Assert.Equal(bridge, Bridge(node));
            await session.RemoveAsync();
            Read(TimeSpan.Zero);
        }
        Process.Start("kill", ["-INT", ping.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();
        var summary = await ping.StandardOutput.ReadToEndAsync();
        tenant.Stop();
        while (Read(TimeSpan.FromSeconds(1)) >= 0)
        {
        }

        var counts = Counts().Match(summary);
        Assert.True(counts.Success, summary);
        Assert.True(int.Parse(counts.Groups[1].Value, CultureInfo.InvariantCulture) > Sessions, summary);
        // the last echo may still have been on its way when ping was ended
        Assert.InRange(
            int.Parse(counts.Groups[1].Value, CultureInfo.InvariantCulture) - int.Parse(counts.Groups[2].Value, CultureInfo.InvariantCulture),
            0, 1);
        Assert.Empty(strangers);
        Assert.Equal(bridge, Bridge(node));
        tenant.Dispose(); // it counted as one more promiscuous user of eth0
        CaptureNode.Until(() => node.Dump() == before, "the node is as before");

        int Read(TimeSpan timeout) => tenant.Read(timeout, (in _, data) =>
        {
            var source = MacAddress.Read(data[6..]).ToString();
            if (!_tenants.Contains(source))
            {
                strangers.Add(Convert.ToHexString(data[..Math.Min(data.Length, 64)]));
            }
        });
    }

    private static string Bridge(CaptureNode node) => node.Vsctl("get", "Interface", "br-int", "mtu", "mac_in_use");

    [GeneratedRegex(@"(\d+) packets transmitted, (\d+) received")]
    private static partial Regex Counts();
}
