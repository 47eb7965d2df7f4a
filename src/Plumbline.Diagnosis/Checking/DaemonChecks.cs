using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Checking;

/// <summary>Open vSwitch's two daemons: both are needed, and each is missed in another way.</summary>
internal static class DaemonChecks
{
    private const string Database = "ovsdb-server";
    private const string Switch = "ovs-vswitchd";
    private const string Restart = "systemctl restart openvswitch-switch";

    public static void Run(CheckContext context)
    {
        foreach (var node in context.Nodes)
        {
            var database = RefusalOf(node, "ovsdb", Database);
            var processes = node.Snapshot.Processes is { Count: > 0 } told ? told : null;
            var isSwitchGone = processes is not null && !Runs(processes, Switch);
            var refused = RefusalOf(node, "flows", Switch);
            if (database is not null && IsSwitched(node))
            {
                CheckDatabase(context, node, database, refused ?? (isSwitchGone ? $"{Switch} is not among the processes" : null));
            }
            else if ((refused is not null || isSwitchGone && Runs(processes!, Database)) && node.Snapshot.Ovs is { Bridges.Count: > 0 })
            {
                Add(context, node, "vswitchd-stopped", Switch, $"{Switch} does not run", [refused ?? $"{Database} is among the processes, {Switch} is not"],
                    "the userspace datapath forwards nothing; the kernel's only what it already knew", $"{Restart}; see {Switch}.log");
            }
        }
    }

    /// <summary>Without the database ovs-vswitchd goes on as it was told last.</summary>
    private static void CheckDatabase(CheckContext context, CheckNode node, string refusal, string? withoutSwitch)
    {
        if (withoutSwitch is not null)
        {
            Add(context, node, "vswitchd-stopped", Switch, $"Open vSwitch does not run: neither {Database} nor {Switch}", [refusal, withoutSwitch],
                "the userspace datapath forwards nothing; the kernel's only what it already knew", $"{Restart}; see {Database}.log and {Switch}.log");
            return;
        }
        Add(context, node, "ovsdb-stopped", Database, $"{Database} does not run", [refusal],
            $"packets pass as they did, but nothing can be plugged, bound or changed, and {Switch} loses all when it restarts",
            $"{Restart}; see {Database}.log");
    }

    /// <summary>What was said when the daemon was asked and did not answer; null where it did, or nobody asked.</summary>
    private static string? RefusalOf(CheckNode node, string source, string daemon) => node.Snapshot.Sources.FirstOrDefault(s =>
        s.Source == source && s.Outcome is SourceOutcome.Failed or SourceOutcome.Absent && s.Detail?.Contains(daemon, StringComparison.Ordinal) == true)?.Detail;

    /// <summary>The node is one of Open vSwitch's, whatever its daemons say: that nothing listens is no fault elsewhere.</summary>
    private static bool IsSwitched(CheckNode node) => node.Snapshot.Ovs is { Bridges.Count: > 0 }
        || node.Own?.Links.Any(l => l.Name is "ovs-system" or "ovs-netdev" || l.Name.StartsWith("qvo", StringComparison.Ordinal)) == true
        || node.Snapshot.Domains.SelectMany(d => d.Interfaces).Any(i => i.InterfaceId is not null)
        || node.Snapshot.Processes is { } processes && (Runs(processes, Switch) || Runs(processes, "neutron-openvswitch-agent"));

    private static bool Runs(IReadOnlyList<ProcessFacts> processes, string name) =>
        processes.Any(p => p.Command.Contains(name, StringComparison.Ordinal));

    private static void Add(CheckContext context, CheckNode node, string id, string daemon, string what, IReadOnlyList<string> evidence,
        string consequence, string fix) => context.Found.Add(new()
        {
            Id = id,
            Node = node.Name,
            Object = daemon,
            What = what,
            Evidence = evidence,
            Consequence = consequence,
            Fix = fix,
            Suffers = id == "vswitchd-stopped" ? [.. node.Topology.Vifs.Select(CheckNode.NameOf).Distinct()] : [],
        });
}
