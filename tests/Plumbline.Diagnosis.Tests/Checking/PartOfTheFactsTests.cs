using System.Text;
using System.Text.Json;
using Plumbline.Diagnosis.Checking;
using Plumbline.Node;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Testing;

namespace Plumbline.Diagnosis.Tests.Checking;

/// <summary>
/// A healthy node of which somebody sent some outputs only, or outputs with lines left out: what was not sent is not broken. The outputs are the
/// recorded deployment's; which are left out, and where they are cut, is drawn with a fixed seed.
/// </summary>
public class PartOfTheFactsTests
{
    private const string Healthy = "cases/neutron-node/states/sg-rules";

    private static readonly string[] _kinds = ["left out", "some only", "cut at the end", "marked", "filtered"];

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var node in (string[])["cmp1", "ctl"])
            {
                foreach (var kind in _kinds)
                {
                    cases.Add(node, kind);
                }
            }
            return cases;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void A_healthy_node_told_in_part_has_no_fault(string node, string kind)
    {
        var outputs = Outputs(node);
        var random = new Random(kind.Length * 7 + node.Length);
        var wrong = new List<string>();
        var step = kind is "left out" ? Math.Max(1, outputs.Count / 12) : 1;     // PLUMB_TEST_ROUNDS=1000: each output, and many more cuts
        var rounds = int.TryParse(Environment.GetEnvironmentVariable("PLUMB_TEST_ROUNDS"), out var more) ? more : 12 * step;
        for (var round = 0; round < rounds && (kind != "left out" || round < outputs.Count); round += more > 0 ? 1 : step)
        {
            var (told, what) = Draw(outputs, kind, round, random);
            NodeSnapshot snapshot;
            try
            {
                snapshot = OfflineNode.ReadText(told, "mail");
            }
            catch (NodeException)
            {
                continue;       // nothing in it that tells of a node
            }
            foreach (var finding in NodeChecker.Run([Topology.Build(snapshot)], null).Findings)
            {
                wrong.Add($"{what}: [{finding.Id}] {finding.What}");
            }
        }
        Assert.True(wrong.Count == 0, $"{wrong.Count} findings:\n{string.Join('\n', wrong.Take(400))}");
    }

    private static (string Text, string What) Draw(List<(string Command, string Text)> outputs, string kind, int round, Random random)
    {
        var text = new StringBuilder();
        var what = new StringBuilder();
        var chosen = kind is "left out" ? round : random.Next(outputs.Count);
        var share = random.Next(2, 9);
        for (var i = 0; i < outputs.Count; i++)
        {
            var (command, printed) = outputs[i];
            if (kind == "left out" && i == chosen)
            {
                what.Append("without ").Append(command);
                continue;
            }
            if (kind == "some only" && random.Next(10) >= share)
            {
                continue;
            }
            if (kind is "cut at the end" or "marked" or "filtered" && i == chosen)
            {
                what.Append(kind).Append(": ").Append(command);
                (command, printed) = Cut(command, printed, kind, random);
            }
            else if (kind == "some only")
            {
                what.Append(command).Append("; ");
            }
            text.Append("[root@node ~]# ").Append(command).Append('\n').Append(printed).Append('\n');
        }
        return (text.ToString(), what.ToString());
    }

    private static (string Command, string Text) Cut(string command, string printed, string kind, Random random)
    {
        var lines = printed.Split('\n');
        if (lines.Length < 4)
        {
            return (command, "");
        }
        var from = random.Next(1, lines.Length - 2);
        var to = random.Next(from + 1, lines.Length);
        return kind switch
        {
            "cut at the end" => (command, string.Join('\n', lines[..from]) + "\n...\n"),
            "marked" => (command, string.Join('\n', lines[..from].Append(random.Next(2) == 0 ? "..." : "<snip>").Concat(lines[to..]))),
            _ => Grep(command, lines, lines[from].Split(' ', StringSplitOptions.RemoveEmptyEntries)),
        };
    }

    private static (string Command, string Text) Grep(string command, string[] lines, string[] words)
    {
        var word = words.Length > 0 ? words[words.Length / 2] : "e";
        return ($"{command} | grep -F '{word}'", string.Join('\n', lines.Where(line => line.Contains(word, StringComparison.Ordinal))));
    }

    private static List<(string Command, string Text)> Outputs(string node)
    {
        var folder = SharedFiles.Require($"{Healthy}/{node}");
        using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "MANIFEST.json")));
        var outputs = new List<(string, string)>();
        foreach (var entry in manifest.RootElement.EnumerateObject())
        {
            var path = Path.Combine(folder, entry.Name);
            if (File.Exists(path) && entry.Value.TryGetProperty("command", out var command) && command.GetString() is { } typed
                && !typed.Contains("for ", StringComparison.Ordinal) && !entry.Name.Contains("json", StringComparison.Ordinal)
                && new FileInfo(path).Length is > 0 and < 300_000)
            {
                outputs.Add((typed, File.ReadAllText(path)));
            }
        }
        return outputs;
    }
}
