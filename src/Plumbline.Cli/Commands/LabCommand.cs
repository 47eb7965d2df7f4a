using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Plumbline.Operations.Labs;
using Plumbline.Primitives;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb lab up|down|status|exec</c>: a cloud's nodes in namespaces.</summary>
internal static class LabCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console) => new("lab", "A compute node of its own inside namespaces, to learn and test on")
    {
        CreateUp(console),
        CreateDown(console),
        CreateStatus(console),
        CreateExec(console),
    };

    /// <summary>The hidden command that plays the VMs of one node.</summary>
    public static Command CreateMachines(CliConsole console)
    {
        var command = new Command("lab-vmm", "Play the VMs of a lab's node (started by plumb lab up)") { Hidden = true };
        command.SetAction((result, cancellationToken) =>
        {
            Lab.RunMachines(
                result.GetValue(NodeOptions.LabDirectory), result.GetValue(NodeOptions.Node), console.Out, cancellationToken);
            return Task.FromResult((int)ExitStatus.Fine);
        });
        return command;
    }

    /// <summary>The hidden command that plays a metadata proxy.</summary>
    public static Command CreateMetadata(CliConsole console)
    {
        var port = new Option<ushort>("--port") { Required = true };
        var command = new Command("lab-metadata", "Play a metadata proxy of the lab (started by plumb lab up)") { port };
        command.Hidden = true;
        command.SetAction(async (result, cancellationToken) =>
        {
            await LabMetadata.RunAsync(result.GetValue(port), console.Out, cancellationToken);
            return (int)ExitStatus.Fine;
        });
        return command;
    }

    private static Command CreateUp(CliConsole console)
    {
        var nodes = new Option<int?>("--nodes") { Description = "Nodes, 1 to 3, joined by real tunnels (default: 1)", HelpName = "N" };
        var instances = new Option<int?>("--vms") { Description = "VMs, spread over the nodes (default: one a node, two with --routed)", HelpName = "N" };
        var tunnel = new Option<string?>("--tunnel") { Description = "gre or vxlan (default: gre)", HelpName = "TYPE" };
        var firewall = new Option<string?>("--firewall")
        {
            Description = "hybrid: iptables, a bridge for each VM; native: flows on br-int; noop (default: hybrid)",
            HelpName = "DRIVER",
        };
        var population = new Option<bool>("--l2pop") { Description = "L2 population and ARP responder on br-tun" };
        var ipv6 = new Option<bool>("--ipv6") { Description = "IPv6 in the network too: fd00:172:16::/64" };
        var routed = new Option<bool>("--routed")
        {
            Description = "A second network, and a router between both and a host outside, with a floating IP",
        };
        var command = new Command("up", "Make the lab: Open vSwitch, router, DHCP server, security groups, VMs")
        {
            nodes, instances, tunnel, firewall, population, ipv6, routed,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var watch = Stopwatch.StartNew();
            var options = new LabOptions
            {
                Nodes = result.GetValue(nodes),
                Instances = result.GetValue(instances),
                Tunnel = result.GetValue(tunnel),
                Firewall = result.GetValue(firewall),
                L2Population = result.GetValue(population) ? true : null,
                IPv6 = result.GetValue(ipv6) ? true : null,
                Routed = result.GetValue(routed) ? true : null,
            };
            if (result.GetValue(NodeOptions.LabDirectory) is { } directory)
            {
                options = options with { Directory = directory };
            }
            var (lab, wasMade) = await Lab.UpAsync(options, console.Note, cancellationToken);
            console.Out.WriteLine(wasMade
                ? string.Create(CultureInfo.InvariantCulture, $"the lab is up ({lab}), made in {watch.Elapsed.TotalSeconds:0.0} s")
                : $"the lab is up already ({lab})");
            foreach (var instance in lab.Instances)
            {
                console.Out.WriteLine($"  {instance.Name,-10} {instance.Address,-14} {instance.Mac}  port {instance.PortId} on {instance.Node}");
            }
            if (lab.Gateway is { } gateway)
            {
                console.Out.WriteLine($"  outside    {gateway.Host,-14} floating IP {gateway.FloatingAddress} is {gateway.FloatingTo.Name}'s");
            }
            console.Out.WriteLine("try: plumb lab exec test-vm -- ping -c 3 172.16.0.1");
            console.Out.WriteLine("     plumb lab exec -- ovs-vsctl show");
            console.Out.WriteLine("     plumb topology --lab");
            return (int)ExitStatus.Fine;
        });
        return command;
    }

    private static Command CreateDown(CliConsole console)
    {
        var command = new Command("down", "Take the lab away, also a half-made or dead one, and prove that nothing is left");
        command.SetAction(async (result, cancellationToken) =>
        {
            var was = await Lab.DownAsync(result.GetValue(NodeOptions.LabDirectory), console.Note, cancellationToken);
            console.Out.WriteLine(was ? "the lab is gone: no process, namespace, mount or file is left" : "there is no lab");
            return (int)ExitStatus.Fine;
        });
        return command;
    }

    private static Command CreateStatus(CliConsole console)
    {
        var json = new Option<bool>("--json") { Description = "Answer as JSON" };
        var command = new Command("status", "Does all of the lab work? Nodes, VMs, leases, a ping of each") { json };
        command.SetAction(async (result, cancellationToken) =>
        {
            var status = await Lab.GetStatusAsync(Lab.Get(result.GetValue(NodeOptions.LabDirectory)), cancellationToken);
            if (result.GetValue(json))
            {
                console.Out.WriteLine(JsonSerializer.Serialize(LabDocument.Of(status), CliJson.Default.LabDocument));
            }
            else
            {
                Write(console, status);
            }
            return (int)(status.IsWell ? ExitStatus.Fine : ExitStatus.Findings);
        });
        return command;
    }

    private static Command CreateExec(CliConsole console)
    {
        var command = new Command("exec", "Run a command inside a node or VM: plumb lab exec [NODE|VM] -- COMMAND...");
        var words = new Argument<string[]>("COMMAND")
        {
            Description = "[NODE|VM] -- COMMAND...; without a name: the first node",
            Arity = ArgumentArity.OneOrMore,
        };
        command.Arguments.Add(words);
        command.SetAction(result =>
        {
            var lab = Lab.Get(result.GetValue(NodeOptions.LabDirectory));
            var (place, rest) = Split(result.Tokens, result.GetValue(words)!);
            if (rest.Count == 0)
            {
                throw new CliException(new("no command to run", "plumb lab exec", $"e.g. plumb lab exec {place ?? "test-vm"} -- sh"));
            }
            console.Out.Flush();
            Lab.Exec(lab, place, rest);
            return (int)ExitStatus.Fine;
        });
        return command;
    }

    /// <summary>
    /// The name of a place stands before "--", which the parser drops from the words; without "--" all of it is the command.
    /// </summary>
    private static (string? Place, IReadOnlyList<string> Command) Split(IReadOnlyList<Token> tokens, string[] words)
    {
        var dash = 0;
        while (dash < tokens.Count && tokens[dash].Type != TokenType.DoubleDash)
        {
            dash++;
        }
        var before = dash == tokens.Count ? 0 : words.Length - (tokens.Count - dash - 1);
        return before switch
        {
            0 => (null, words),
            1 => (words[0], words[1..]),
            _ => throw new CliException(new(
                $"{before} names before --, where one is wanted", "plumb lab exec", "plumb lab exec [NODE|VM] -- COMMAND...")),
        };
    }

    private static void Write(CliConsole console, LabStatus status)
    {
        console.Out.WriteLine($"lab in {status.Lab.Directory}: {status.Lab}, MTU {status.Lab.Mtu}");
        foreach (var node in status.Nodes)
        {
            console.Out.WriteLine(
                $"  {node.Name,-12} {node.Address,-16} {(node.IsAlive ? "alive" : "DEAD"),-6} {string.Join(", ", node.Processes)}");
        }
        foreach (var instance in status.Instances)
        {
            var network = status.Lab.Instances.First(i => i.Name == instance.Name).Network;
            var router = status.Lab.RouterPorts.First(r => r.Network == network).Address;
            var lease = instance.Lease is null ? "no DHCP lease" : $"DHCP {instance.Lease}";
            var ping = instance.PingMilliseconds is { } time
                ? string.Create(CultureInfo.InvariantCulture, $"pings {router} in {time:0.00} ms")
                : $"no answer from {router}";
            console.Out.WriteLine($"  {instance.Name,-12} {instance.Address,-16} on {instance.Node}: {lease}, {ping}");
        }
    }
}
