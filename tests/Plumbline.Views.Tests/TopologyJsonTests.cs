using System.Text.Json;
using Plumbline.Diagnosis;
using Plumbline.Views.Tests.Fixtures;

namespace Plumbline.Views.Tests;

public sealed class TopologyJsonTests
{
    [Fact]
    public void Articles_node_as_json() =>
        Expected.Equals(TopologyJson.Render(Nodes.Article(), RenderOptions.Plain), "article.json");

    [Fact]
    public void Full_node_as_json() => Expected.Equals(TopologyJson.Render(Nodes.Full(), RenderOptions.Plain), "full.json");

    [Fact]
    public void Nothing_is_null() =>
        Assert.DoesNotContain("null", TopologyJson.Render(Nodes.Full(), RenderOptions.Plain), StringComparison.Ordinal);

    [Fact]
    public void Connections_name_elements_that_are_there_with_and_without_focus()
    {
        var topology = Nodes.Full();
        foreach (var focus in new Target?[] { null, new Target.OfVif(topology.Vifs[0]) })
        {
            using var document = JsonDocument.Parse(TopologyJson.Render(topology, new() { Focus = focus }));
            var ids = document.RootElement.GetProperty("elements").EnumerateArray()
                .Select(element => element.GetProperty("id").GetString()).ToHashSet();
            Assert.All(document.RootElement.GetProperty("connections").EnumerateArray(), connection =>
            {
                Assert.Contains(connection.GetProperty("from").GetString(), ids);
                Assert.Contains(connection.GetProperty("to").GetString(), ids);
            });
        }
    }

    [Fact]
    public void Names_of_all_languages_are_readable_and_controls_are_escaped()
    {
        var topology = Nodes.Article();
        var vif = topology.Vifs[0] with { InstanceName = "имя 名前 \u001b\u202e</script>" };
        var text = TopologyJson.Render(topology with { Vifs = [vif] }, RenderOptions.Plain);
        Assert.Contains("имя 名前 \\u001B\\u202E\\u003C/script\\u003E", text, StringComparison.Ordinal);
    }
}
