using System.CommandLine;
using System.Text.Json;
using Plumbline.Operations.Plugging;
using Plumbline.Primitives;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb plug</c> and <c>plumb unplug</c>: the hybrid plug of one port.</summary>
internal static class PlugCommand
{
    /// <summary>Makes <c>plug</c>.</summary>
    public static Command CreatePlug(CliConsole console)
    {
        var port = Port();
        var mac = new Option<string>("--mac") { Description = "The guest's MAC", HelpName = "MAC", Required = true };
        var network = new Option<string?>("--network")
        {
            Description = "The network's UUID: its local VLAN here, or the lowest free one",
            HelpName = "UUID",
        };
        var tag = new Option<int?>("--tag") { Description = "The local VLAN, where --network does not tell it", HelpName = "N" };
        var vm = new Option<string?>("--vm") { Description = "The VM's name, where no hypervisor here tells it", HelpName = "NAME" };
        var vmId = new Option<string?>("--vm-uuid") { Description = "The VM's UUID", HelpName = "UUID" };
        var bridge = Bridge();
        var mtu = new Option<int?>("--mtu") { Description = "Bytes (default: as the chain or its network has it, else 1500)", HelpName = "N" };
        var tap = new Option<string?>("--tap") { Description = "The VM's tap (default: tap and the port's first 11 characters)", HelpName = "DEV" };
        var dryRun = DryRun();
        var json = Json();
        var command = new Command("plug",
            "Plug a VM's port the hybrid way: tap, qbr, qvb/qvo, br-int. Repeatable; undone whole when a step fails")
        {
            port, mac, network, tag, vm, vmId, bridge, mtu, tap, dryRun, json,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var text = result.GetValue(mac)!;
            var done = await HybridPlug.PlugAsync(
                NodeOptions.Resolve(result, console),
                new()
                {
                    PortId = result.GetValue(port)!,
                    Address = MacAddress.TryParse(text, out var address) && !address.IsMulticast
                        ? address
                        : throw new CliException(new($"\"{Printable.Escape(text)}\" is no guest's MAC", "--mac", "e.g. fa:16:3e:c3:ea:d5")),
                    NetworkId = Uuid(result.GetValue(network), "--network"),
                    Tag = result.GetValue(tag),
                    InstanceName = result.GetValue(vm),
                    InstanceId = Uuid(result.GetValue(vmId), "--vm-uuid"),
                    Bridge = result.GetValue(bridge)!,
                    Mtu = result.GetValue(mtu),
                    Tap = result.GetValue(tap),
                },
                result.GetValue(dryRun),
                cancellationToken);
            Write(console, done, result.GetValue(json), "plugged already, nothing to change");
            return (int)ExitStatus.Fine;
        });
        return command;
    }

    /// <summary>Makes <c>unplug</c>.</summary>
    public static Command CreateUnplug(CliConsole console)
    {
        var port = Port();
        var bridge = Bridge();
        var dryRun = DryRun();
        var json = Json();
        var command = new Command("unplug", "Remove a port's qbr, qvb/qvo and its port on br-int; nothing there is fine")
        {
            port, bridge, dryRun, json,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var done = await HybridPlug.UnplugAsync(
                NodeOptions.Resolve(result, console),
                new() { PortId = result.GetValue(port)!, Bridge = result.GetValue(bridge)! },
                result.GetValue(dryRun),
                cancellationToken);
            Write(console, done, result.GetValue(json), "not plugged, nothing to remove");
            return (int)ExitStatus.Fine;
        });
        return command;
    }

    private static void Write(CliConsole console, PlugResult done, bool json, string nothing)
    {
        if (json)
        {
            console.Out.WriteLine(JsonSerializer.Serialize(done, CliJson.Default.PlugResult));
            return;
        }
        foreach (var step in done.Steps)
        {
            console.Out.WriteLine(Printable.Escape(done.IsDryRun ? $"would {step}" : step));
        }
        if (done.Steps.Count == 0)
        {
            console.Out.WriteLine(nothing);
        }
        if (done.OfPort is { } port)
        {
            console.Out.WriteLine($"port {done.PortId} on {Printable.Escape(done.Bridge)}: ofport {port}{(done.Tag is { } tag ? $", local VLAN {tag}" : "")}");
        }
        foreach (var note in done.Notes)
        {
            console.Note(Printable.Escape(note));
        }
    }

    private static string? Uuid(string? text, string option) => text is null
        ? null
        : Guid.TryParseExact(text, "D", out var id)
            ? id.ToString()
            : throw new CliException(new($"\"{Printable.Escape(text)}\" is no UUID", option, "give the whole UUID"));

    private static Option<string> Port() => new("--port") { Description = "The port's whole UUID", HelpName = "UUID", Required = true };

    private static Option<string> Bridge() => new("--bridge")
    {
        Description = "The OVS bridge (default: br-int)",
        HelpName = "NAME",
        DefaultValueFactory = _ => "br-int",
    };

    private static Option<bool> DryRun() => new("--dry-run", "-n") { Description = "Say the steps, and take none" };

    private static Option<bool> Json() => new("--json") { Description = "Answer as JSON" };
}
