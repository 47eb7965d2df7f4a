using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Plumbline.Neutron.Scenarios;

namespace Plumbline.Neutron.Tests.Scenarios;

/// <summary>What Neutron's own agent code made of random scenarios (recorded by tests/neutron-agent/record, Neutron 21.0.0).</summary>
public sealed class RecordedAgentTests
{
    public static TheoryData<string> Names => [.. Cases.Value.Keys];

    private static Lazy<IReadOnlyDictionary<string, JsonElement>> Cases { get; } = new(ReadCases);

    [Theory]
    [MemberData(nameof(Names))]
    public void Tables_sets_and_commands_are_Neutron_s(string name)
    {
        var recorded = Cases.Value[name];
        var scenario = ScenarioReader.Read(Encoding.UTF8.GetBytes(recorded.GetProperty("scenario").GetRawText()), name);
        var files = ScenarioRun.Play(scenario).ToDictionary(f => f.Name, f => f.Content);
        using var commands = JsonDocument.Parse(files["commands.json"]);
        Assert.Equal(recorded.GetProperty("rejected").GetInt32(), scenario.Rejected.Count);
        Assert.Equal(recorded.GetProperty("converged").GetBoolean(), commands.RootElement.GetProperty("converged").GetBoolean());
        Assert.Equal(
            recorded.GetProperty("phases").EnumerateArray().Select(p => p.EnumerateArray().Select(c => c.GetString()!).ToArray()),
            commands.RootElement.GetProperty("phases").EnumerateArray().Select(p =>
                p.GetProperty("commands").EnumerateArray().Select(Line).Order(StringComparer.Ordinal).ToArray()));
        foreach (var saved in recorded.GetProperty("saved").EnumerateObject())
        {
            Assert.Equal(saved.Value.GetString(), Convert.ToHexStringLower(SHA256.HashData(files[saved.Name])));
        }
    }

    private static string Line(JsonElement command) =>
        string.Join(' ', command.GetProperty("argv").EnumerateArray().Select(a => a.GetString()))
        + (command.TryGetProperty("stdin", out var input) ? string.Concat(input.EnumerateArray().Select(l => "|" + l.GetString())) : "");

    private static Dictionary<string, JsonElement> ReadCases()
    {
        using var stream = typeof(RecordedAgentTests).Assembly.GetManifestResourceStream("recorded.jsonl.gz")!; // a resource of this assembly
        using var lines = new StreamReader(new GZipStream(stream, CompressionMode.Decompress));
        var cases = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        while (lines.ReadLine() is { } line)
        {
            using var document = JsonDocument.Parse(line);
            cases.Add(document.RootElement.GetProperty("name").GetString()!, document.RootElement.Clone());
        }
        return cases;
    }
}
