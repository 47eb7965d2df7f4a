using Plumbline.Linux;
using Plumbline.Linux.Processes;
using Plumbline.Node.Facts;
using Plumbline.Ovsdb;

namespace Plumbline.Node.Sources;

public static partial class LiveNode
{
    private const string EveryOpenFlow = "OpenFlow10,OpenFlow11,OpenFlow12,OpenFlow13,OpenFlow14,OpenFlow15";

    /// <summary>One answer of ovs-vswitchd's control socket.</summary>
    private static readonly TimeSpan _controlPatience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// What ovs-vswitchd knows beside its database. Flows come from ovs-ofctl, which prints them as everyone knows them; where it is not
    /// installed, from the control socket, whose form differs in small things.
    /// </summary>
    private static async Task<SourceResult<SwitchingFacts?>> ReadSwitchingAsync(
        NodeAccess access, OvsFacts? ovs, Dictionary<string, Task<BridgeSwitching>>? started, bool isWhole, CancellationToken cancellationToken)
    {
        var where = $"{access.OvsRunDirectory} (ovs-ofctl, ovs-appctl)";
        if (ovs is null)
        {
            return new(null, WithoutDatabase(access, where));
        }
        var failures = new List<string>();
        var bridges = new BridgeSwitching[ovs.Bridges.Count];
        var program = Programs.Find("ovs-ofctl");
        UnixControl? control = null;
        try
        {
            control = await UnixControl.ConnectAsync(access.OvsRunDirectory, "ovs-vswitchd", _controlPatience, cancellationToken);
        }
        catch (OvsdbException exception)
        {
            failures.Add(exception.Problem.What);
        }
        await using var closed = control;
        var asked = started ?? [];
        if (program is not null)
        {
            foreach (var bridge in ovs.Bridges)
            {
                if (!asked.ContainsKey(bridge.Name))
                {
                    asked[bridge.Name] = Task.Run(() => ReadBridgeAsync(access, program, bridge.Name, isWhole, cancellationToken), cancellationToken);
                }
            }
            for (var i = 0; i < bridges.Length; i++)
            {
                bridges[i] = await asked[ovs.Bridges[i].Name];
                if (bridges[i].Flows is null)
                {
                    failures.Add($"ovs-ofctl dump-flows {bridges[i].Bridge} failed");
                }
            }
        }
        for (var i = 0; i < bridges.Length; i++)
        {
            var bridge = bridges[i] ?? new BridgeSwitching { Bridge = ovs.Bridges[i].Name };
            if (control is not null)
            {
                bridge = bridge with
                {
                    Flows = bridge.Flows
                        ?? FlowsOfControl(await AskAsync(control, "bridge/dump-flows", bridge.Bridge, failures, cancellationToken)),
                    Fdb = await AskAsync(control, "fdb/show", bridge.Bridge, failures, cancellationToken) is { } text
                        ? OvsFdbText.Read(text)
                        : null,
                };
            }
            bridges[i] = bridge;
        }
        var facts = new SwitchingFacts { Bridges = bridges };
        if (control is not null && isWhole)
        {
            Task<string?> Ask(string command) => AskAsync(control, command, null, null, cancellationToken);
            facts = facts with
            {
                DatapathInterfaces = await Ask("dpif/show"),
                DatapathPorts = await Ask("dpctl/show"),
                TunnelNeighbours = await Ask("tnl/neigh/show"),
                TunnelPorts = await Ask("tnl/ports/show"),
                TunnelRoutes = await Ask("ovs/route/show"),
            };
        }
        return new(facts, [SwitchingReport(where, bridges, failures)]);
    }

    private static async Task<BridgeSwitching> ReadBridgeAsync(
        NodeAccess access, string program, string bridge, bool isWhole, CancellationToken cancellationToken)
    {
        var socket = $"unix:{access.OvsRunDirectory}/{bridge}.mgmt";
        async Task<string?> Run(string command, string[] versions)
        {
            try
            {
                var result = await CommandRunner.RunAsync(
                    null, program, ["-t", "10", .. versions, command, socket], null, null, cancellationToken);
                return result.ExitCode == 0 ? result.Output : null;
            }
            catch (LinuxException)
            {
                return null;    // ovs-ofctl vanished: as if not installed
            }
        }

        // a narrow reading wants no more than the ports' numbers and states, which costs the switch half
        var describe = isWhole ? "show" : "dump-ports-desc";
        // plain first: OpenFlow 1.0 with Nicira's extensions, as operators know it; a bridge may have it switched off
        string[] versions = [];
        var ports = Run(describe, versions);
        var counters = isWhole ? Run("dump-ports", versions) : Task.FromResult<string?>(null);
        var flows = await Run("dump-flows", versions);
        if (flows is null)
        {
            versions = ["-O", EveryOpenFlow];
            flows = await Run("dump-flows", versions);
            if (flows is null)
            {
                return new() { Bridge = bridge };
            }
            (ports, counters) = (Run(describe, versions), isWhole ? Run("dump-ports", versions) : counters);
        }
        // groups matter where a flow names one
        var groups = isWhole || flows.Contains("group:", StringComparison.Ordinal) ? await Run("dump-groups", ["-O", EveryOpenFlow]) : "";
        return new()
        {
            Bridge = bridge,
            Flows = SwitchText.WithoutHeader(flows),
            Groups = groups is null ? null : SwitchText.WithoutHeader(groups),
            Ports = await ports,
            PortCounters = await counters,
        };
    }

    /// <summary>Begins before the database has told which bridges there are: each has a socket in Open vSwitch's folder.</summary>
    private static Dictionary<string, Task<BridgeSwitching>> StartBridges(NodeAccess access, bool isWhole, CancellationToken cancellationToken)
    {
        var started = new Dictionary<string, Task<BridgeSwitching>>(StringComparer.Ordinal);
        try
        {
            if (Programs.Find("ovs-ofctl") is { } program)
            {
                foreach (var socket in Directory.GetFiles(access.OvsRunDirectory, "*.mgmt"))
                {
                    var bridge = Path.GetFileNameWithoutExtension(socket);
                    started[bridge] = Task.Run(() => ReadBridgeAsync(access, program, bridge, isWhole, cancellationToken), cancellationToken);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return started; // the database names them
        }
        return started;
    }

    /// <summary>bridge/dump-flows says table_id where ovs-ofctl says table, and lists the switch's own hidden flows in table 254.</summary>
    private static string? FlowsOfControl(string? text) => text is null
        ? null
        : string.Concat(text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith("table_id=254,", StringComparison.Ordinal))
            .Select(line => " cookie=0x0, " + line.Replace("table_id=", "table=", StringComparison.Ordinal) + "\n"));

    private static async Task<string?> AskAsync(
        UnixControl control, string command, string? argument, List<string>? failures, CancellationToken cancellationToken)
    {
        try
        {
            return await control.RunAsync(command, argument is null ? [] : [argument], cancellationToken);
        }
        catch (OvsdbException exception)
        {
            // a command that this version does not have is no failure worth a word, unless every version has it
            failures?.Add($"{command} {argument}: {exception.Problem.What}");
            return null;
        }
    }

    /// <summary>The report about ovsdb says why nothing was asked; of ovs-vswitchd its pidfile tells.</summary>
    private static SourceReport[] WithoutDatabase(NodeAccess access, string where)
    {
        var pidFile = access.OvsRunDirectory + "/ovs-vswitchd.pid";
        return access.OvsdbEndpoint is not OvsdbEndpoint.Unix || File.Exists(pidFile) && !IsDead(pidFile) ? [] :
        [
            new()
            {
                Source = "flows",
                Where = where,
                Outcome = SourceOutcome.Absent,
                Detail = $"ovs-vswitchd does not run: {(File.Exists(pidFile) ? $"{pidFile} names a process that is gone" : $"no {pidFile}")}",
            },
        ];
    }

    private static SourceReport SwitchingReport(string where, BridgeSwitching[] bridges, List<string> failures)
    {
        var withFlows = bridges.Count(bridge => bridge.Flows is not null);
        return new()
        {
            Source = "flows",
            Where = where,
            Outcome = failures.Count == 0 ? SourceOutcome.Read
                : withFlows == 0 && bridges.Length > 0 ? SourceOutcome.Failed
                : SourceOutcome.Partial,
            Detail = failures.Count == 0 ? null : string.Join("; ", failures),
            Consequence = failures.Count == 0 ? null : "how Open vSwitch forwards is not known, or only partly: run as root",
        };
    }
}
