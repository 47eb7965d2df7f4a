using System.Collections.Concurrent;
using System.Text.Json;
using Plumbline.Diagnosis.Checking;
using Plumbline.Linux.Netlink;
using Plumbline.Neutron.Api;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Testing;

namespace Plumbline.Diagnosis.Tests.Checking;

/// <summary>The recorded deployment as it was healthy, with what a test changes in it.</summary>
internal sealed record Deployment
{
    private static readonly ConcurrentDictionary<string, Deployment> _played = new(StringComparer.Ordinal);
    private static readonly Lazy<Deployment> _healthy = new(() => Read("states/sg-rules", "cmp1", "cmp2", "ctl"));

    public required IReadOnlyDictionary<string, NodeSnapshot> Nodes { get; init; }

    public required IReadOnlyDictionary<string, string> Api { get; init; }

    /// <summary>Read once; skips the test where the recordings are absent.</summary>
    public static Deployment Healthy
    {
        get
        {
            SharedFiles.Require("cases/neutron-node");
            return _healthy.Value;
        }
    }

    public static Deployment Read(string state, params string[] nodes) => new()
    {
        Nodes = nodes.ToDictionary(n => n, n => OfflineNode.Read(SharedFiles.Require($"cases/neutron-node/{state}/{n}"))),
        Api = Directory.GetFiles(SharedFiles.Require($"cases/neutron-node/{state}/api"), "*.json")
            .ToDictionary(f => Path.GetFileNameWithoutExtension(f), File.ReadAllText),
    };

    /// <summary>One of <see cref="PlayedStates"/>.</summary>
    public static Deployment Played(string state) => _played.GetOrAdd(state, s =>
    {
        var folder = PlayedStates.Folder(s);
        return new()
        {
            Nodes = ((string[])["cmp1", "cmp2", "ctl"]).ToDictionary(n => n, n => OfflineNode.Read(Path.Combine(folder, n))),
            Api = Directory.GetFiles(Path.Combine(folder, "api"), "*.json").ToDictionary(f => Path.GetFileNameWithoutExtension(f), File.ReadAllText),
        };
    });

    public CheckReport Check(bool withApi = true) => NodeChecker.Run([.. Nodes.Values.Select(Topology.Build)], withApi ? Cloud() : null);

    public Cloud Cloud() => Neutron.Api.Cloud.Read([.. Api.Values.Select(text => JsonDocument.Parse(text).RootElement)]);

    public Deployment Only(params string[] nodes) => this with { Nodes = Nodes.Where(n => nodes.Contains(n.Key)).ToDictionary() };

    public Deployment Node(string node, Func<NodeSnapshot, NodeSnapshot> change) => this with
    {
        Nodes = Nodes.ToDictionary(n => n.Key, n => n.Key == node ? change(n.Value) : n.Value),
    };

    /// <summary>Changes the text of one of the API's lists.</summary>
    public Deployment Wanted(string list, Func<string, string> change) => this with
    {
        Api = Api.ToDictionary(a => a.Key, a => a.Key == list ? Changed(a.Value, change(a.Value), list) : a.Value),
    };

    /// <summary>Changes one item of one of the API's lists, by the start of its id or its host and binary.</summary>
    public Deployment Wanted(string list, string which, Func<string, string> change) => Wanted(list, text =>
    {
        using var document = JsonDocument.Parse(text);
        var items = document.RootElement.EnumerateObject().First();
        return $"{{\"{items.Name}\": [" + string.Join(",\n", items.Value.EnumerateArray().Select(item =>
            item.GetRawText().Contains(which, StringComparison.Ordinal) ? change(item.GetRawText()) : item.GetRawText())
            .Where(t => t.Length > 0)) + "]}";
    });

    /// <summary>Changes the flows of a bridge line by line: null takes a line away.</summary>
    public Deployment Flows(string node, string bridge, Func<string, string?> change, params string[] added) => Node(node, s => s with
    {
        Switching = s.Switching! with
        {
            Bridges =
            [
                .. s.Switching.Bridges.Select(b => b.Bridge == bridge
                    ? b with { Flows = Changed(b.Flows!, string.Join('\n', [.. b.Flows!.Split('\n').Select(change).OfType<string>(), .. added]), bridge) } : b),
            ],
        },
    });

    /// <summary>Takes the flows away that have all of these words.</summary>
    public Deployment WithoutFlows(string node, string bridge, params string[] words) =>
        Flows(node, bridge, line => words.All(w => line.Contains(w, StringComparison.Ordinal)) ? null : line);

    public Deployment AddFlow(string node, string bridge, string flow) => Flows(node, bridge, line => line, flow);

    /// <summary>Changes the rules that a tool printed in a namespace (the node's own is empty), line by line.</summary>
    public Deployment Rules(string node, string tool, Func<string, string?> change, string space = "") => Node(node, s =>
    {
        var texts = s.Firewall.Select(f => f.Namespace == space && f.Tool == tool
            ? f with { Text = string.Join('\n', f.Text.Split('\n').Select(change).OfType<string>()) } : f).ToList();
        Assert.NotEqual(s.Firewall.Select(f => f.Text), texts.Select(f => f.Text));
        return s with { Firewall = texts };
    });

    public Deployment WithoutRule(string node, string tool, params string[] words) =>
        Rules(node, tool, line => words.All(w => line.Contains(w, StringComparison.Ordinal)) ? null : line);

    /// <summary>Likewise in a namespace.</summary>
    public Deployment WithoutRuleIn(string node, string space, string tool, string first, params string[] words) =>
        Rules(node, tool, line => line.Contains(first, StringComparison.Ordinal) && words.All(w => line.Contains(w, StringComparison.Ordinal)) ? null : line, space);

    public Deployment Namespace(string node, string space, Func<NamespaceFacts, NamespaceFacts> change) => Node(node, s => s with
    {
        Namespaces = [.. s.Namespaces.Select(n => n.Name.StartsWith(space, StringComparison.Ordinal) && n.Name.Length == 0 == (space.Length == 0) ? change(n) : n)],
    });

    public Deployment Link(string node, string name, Func<Link, Link> change, string space = "") =>
        Namespace(node, space, n => n with { Links = [.. n.Links.Select(l => l.Name == name ? change(l) : l)] });

    public Deployment Sysctl(string node, string name, string value) =>
        Namespace(node, "", n => n with { Sysctls = new Dictionary<string, string>(n.Sysctls) { [name] = value } });

    public Deployment Bridge(string node, string name, Func<OvsBridge, OvsBridge> change) => Node(node, s => s with
    {
        Ovs = s.Ovs! with { Bridges = [.. s.Ovs.Bridges.Select(b => b.Name == name ? change(b) : b)] },
    });

    public Deployment Port(string node, string name, Func<OvsPort, OvsPort?> change) => Node(node, s => s with
    {
        Ovs = s.Ovs! with
        {
            Bridges = [.. s.Ovs.Bridges.Select(b => b with { Ports = [.. b.Ports.Select(p => p.Name == name ? change(p) : p).OfType<OvsPort>()] })],
        },
    });

    public Deployment Row(string node, string name, Func<OvsInterface, OvsInterface> change) =>
        Port(node, name, p => p with { Interfaces = [.. p.Interfaces.Select(change)] });

    public Deployment Option(string node, string name, string key, string? value) => Row(node, name, r =>
    {
        var options = new Dictionary<string, string>(r.Options);
        options.Remove(key);
        if (value is not null)
        {
            options[key] = value;
        }
        return r with { Options = options };
    });

    public Deployment ExternalId(string node, string name, string key, string? value) => Row(node, name, r =>
    {
        var ids = new Dictionary<string, string>(r.ExternalIds);
        ids.Remove(key);
        if (value is not null)
        {
            ids[key] = value;
        }
        return r with { ExternalIds = ids };
    });

    private static string Changed(string before, string after, string what)
    {
        Assert.True(before != after, $"nothing changed in {what}");
        return after;
    }
}
