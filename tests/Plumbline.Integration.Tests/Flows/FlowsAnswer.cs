using System.Globalization;
using System.Text.Json;
using Plumbline.Integration.Tests.Capturing;

namespace Plumbline.Integration.Tests.Flows;

/// <summary><c>plumb flows --json</c> of a capture, and tshark's view of it.</summary>
internal sealed class FlowsAnswer
{
    private readonly string _file;
    private readonly JsonElement _root;

    public FlowsAnswer(string file)
    {
        _file = file;
        using var plumb = PlumbProcess.StartProgram(true, PlumbProcess.Program, "flows", file, "--json");
        Assert.True(plumb.WaitForExit() == 0, plumb.Error);
        _root = JsonDocument.Parse(plumb.Output).RootElement.Clone();
    }

    public IReadOnlyList<JsonElement> List(string member) => [.. _root.GetProperty(member).EnumerateArray()];

    /// <summary>The conversation whose answering side has this port.</summary>
    public JsonElement To(int port) => List("conversations").Single(c => c.GetProperty("responder").TryGetProperty("port", out var p) && p.GetInt32() == port);

    public static int Number(JsonElement side, string member) => side.TryGetProperty(member, out var value) ? value.GetInt32() : 0;

    /// <summary>How many packets tshark's filter finds.</summary>
    public int Tshark(string filter) => Lines("-Y", filter).Count;

    /// <summary>A field of the packets that a filter finds.</summary>
    public IReadOnlyList<double> Values(string filter, string field) =>
        [.. Lines("-Y", filter, "-T", "fields", "-e", field).Select(l => double.Parse(l, CultureInfo.InvariantCulture))];

    private List<string> Lines(params string[] arguments)
    {
        using var tshark = PlumbProcess.StartProgram(true, "tshark", ["-n", "-r", _file, .. arguments]);
        Assert.True(tshark.WaitForExit() == 0, tshark.Error);
        return [.. tshark.Output.Split('\n').Where(l => l.Trim().Length > 0)];
    }
}
