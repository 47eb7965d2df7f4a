using System.Text.Json;
using Plumbline.Diagnosis.Comparing;
using Plumbline.Diagnosis.Firewalls;
using Plumbline.Neutron.Intent;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;
using Plumbline.Testing;

namespace Plumbline.Diagnosis.Tests.Comparing;

/// <summary>A node of the recorded cloud with what Neutron wanted of it, and ways to spoil its rules.</summary>
internal sealed record RecordedIntent(NodeSnapshot Snapshot, NeutronIntent Intent)
{
    private static readonly Dictionary<string, RecordedIntent> _read = [];

    public static RecordedIntent Of(string state, string node)
    {
        var folder = SharedFiles.Require($"cases/neutron-node/{state}");
        lock (_read)
        {
            if (!_read.TryGetValue($"{state}/{node}", out var known))
            {
                JsonElement[] documents =
                [
                    .. new[] { "ports.json", "security-groups.json", "address-groups.json" }.Select(f => Path.Combine(folder, "api", f))
                        .Where(File.Exists).Select(f => JsonDocument.Parse(File.ReadAllBytes(f)).RootElement),
                ];
                _read[$"{state}/{node}"] = known = new(OfflineNode.Read(Path.Combine(folder, node)), NeutronIntent.Read(documents));
            }
            return known;
        }
    }

    public FirewallComparison Compare() =>
        FirewallComparer.AgainstIntent(Snapshot, NodeRules.Read(Snapshot), Intent);

    /// <summary>The node with one of its firewall texts changed.</summary>
    public RecordedIntent With(string tool, Func<string, string> change) => this with
    {
        Snapshot = Snapshot with
        {
            Firewall = [.. Snapshot.Firewall.Select(f => f.Tool == tool && f.Namespace.Length == 0 ? f with { Text = change(f.Text) } : f)],
        },
    };

    /// <summary>With the line that <paramref name="which"/> finds replaced; null removes it.</summary>
    public RecordedIntent WithLine(string tool, Func<string, bool> which, Func<string, string?> change) => With(tool, text =>
    {
        var lines = text.Split('\n').ToList();
        var at = lines.FindIndex(l => which(l));
        Assert.True(at >= 0, "no such line");
        var line = change(lines[at]);
        if (line is null)
        {
            lines.RemoveAt(at);
        }
        else
        {
            lines[at] = line;
        }
        return string.Join('\n', lines);
    });
}
