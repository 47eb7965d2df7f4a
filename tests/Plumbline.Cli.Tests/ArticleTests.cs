using System.Text.Json;
using Plumbline.Primitives;
using Plumbline.Testing;

namespace Plumbline.Cli.Tests;

/// <summary>The first article's own text is a source.</summary>
public sealed class ArticleTests
{
    [SkippableTheory]
    [InlineData("cases/articles/ovs-vsctl-show.txt", false)]
    [InlineData("seeds/000_5c6bec16d42878ab.txt", true)]
    public async Task Topology_of_the_pasted_listing_has_its_bridges_ports_tags_patch_pair_and_tunnels(string file, bool monitor)
    {
        var run = await CommandLine.RunAsync("topology", "--json", "--from", SharedFiles.Require(file));
        Assert.Equal(ExitStatus.Fine, run.Status);
        using var document = JsonDocument.Parse(run.Output);
        var elements = document.RootElement.GetProperty("elements").EnumerateArray()
            .ToDictionary(e => e.GetProperty("name").GetString()!);

        Assert.Equal(1, elements["qvobee51cf7-fb"].GetProperty("vlan").GetInt32());
        Assert.Equal("br-int", elements["qvobee51cf7-fb"].GetProperty("ovsBridge").GetString());
        foreach (var (port, remote) in new[] { ("gre-c0a87adc", "192.168.122.220"), ("gre-c0a87ad2", "192.168.122.210") })
        {
            var tunnel = elements[port].GetProperty("tunnel");
            Assert.Equal("br-tun", elements[port].GetProperty("ovsBridge").GetString());
            Assert.Equal("gre", tunnel.GetProperty("type").GetString());
            Assert.Equal("192.168.122.215", tunnel.GetProperty("local").GetString());
            Assert.Equal(remote, tunnel.GetProperty("remote").GetString());
        }
        Assert.Equal(monitor, elements.ContainsKey("br-int-tcpdump"));
        Assert.Contains(
            document.RootElement.GetProperty("connections").EnumerateArray(),
            c => c.GetProperty("kind").GetString() == "patch-pair"
                && new[] { c.GetProperty("from").GetString(), c.GetProperty("to").GetString() }.Order().SequenceEqual(
                    new[] { "ovs-port:br-int/patch-tun", "ovs-port:br-tun/patch-int" }));
    }

    [SkippableFact]
    public async Task An_unknown_name_offers_the_nearest_and_ends_with_2()
    {
        var run = await CommandLine.RunAsync(
            "topology", "qvobee51cf7-fc", "--from", SharedFiles.Require("cases/articles/ovs-vsctl-show.txt"));
        Assert.Equal(ExitStatus.BadInput, run.Status);
        Assert.Contains("qvobee51cf7-fb", run.Error, StringComparison.Ordinal);
    }
}
