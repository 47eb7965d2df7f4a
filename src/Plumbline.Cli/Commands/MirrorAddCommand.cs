using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Plumbline.Diagnosis.Mirrors.Lasting;
using Plumbline.Node;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Operations.Mirroring;
using Plumbline.Operations.Mirroring.Lasting;
using Plumbline.Ovsdb;
using Plumbline.Primitives;
using Plumbline.Views;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb mirror add</c>: a mirror that lasts.</summary>
internal static class MirrorAddCommand
{
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(500);

    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var name = new Argument<string>("NAME") { Description = "The mirror's name: letters, digits, - _ ." };
        var targets = new Argument<string[]>("TARGET")
        {
            Description = "What to copy: VM, port, MAC, device; a bridge (all its real ports), a patch port (its neighbours)",
            Arity = ArgumentArity.OneOrMore,
        };
        var direction = new Option<string?>("--direction", "-d") { Description = "To the VM, from it, or both (default)", HelpName = "in|out|both" };
        var vlans = new Option<string?>("--vlan") { Description = "Only these of the bridge's own VLANs, with commas", HelpName = "N,…" };
        var untag = new Option<bool>("--untag") { Description = "Copies without the bridge's VLAN tag" };
        var snapLength = new Option<string?>("--snaplen", "-s") { Description = "Copy this many bytes of each packet (14-65535)", HelpName = "BYTES" };
        var duration = new Option<string?>("--for") { Description = "It ends by itself after this time: 30m, 2h", HelpName = "TIME" };
        var ownKeeper = new Option<bool>("--no-service")
        {
            Description = "Without the service: a process of its own keeps it, until it is removed or the node goes down",
        };
        var wait = new Option<bool>("--wait")
        {
            Description = "A TARGET may come later: a port's whole UUID is waited for by the mirror itself, anything else by this command",
        };
        var force = new Option<bool>("--force") { Description = "Take a port that serves somebody; mirror in spite of hardware offload" };
        var dryRun = new Option<bool>("--dry-run", "-n") { Description = "Print what would be written to the database, and do nothing" };
        var json = ViewOptions.CreateJson();
        var output = new MirrorOutputOptions();
        var command = new Command("add", "Copy a VM's (port's, bridge's) packets to a device, a port or another switch's analyser, until removed")
        {
            name, targets, direction, vlans, untag, snapLength, duration, ownKeeper, wait, force, dryRun, json,
        };
        output.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            var access = NodeOptions.Resolve(result, console);
            var session = MirrorSession.NewName();
            var now = DateTimeOffset.UtcNow;
            var request = new LastingRequest
            {
                Name = result.GetValue(name)!,
                Session = session,
                Targets = result.GetValue(targets)!,
                Direction = Direction(result.GetValue(direction)),
                Vlans = Vlans(result.GetValue(vlans)),
                Untagged = result.GetValue(untag),
                SnapLength = result.GetValue(snapLength) is { } bytes ? SnapLength(bytes) : null,
                Until = CaptureLimits.Time(result.GetValue(duration), "--for") is { } time ? now + time : null,
                Now = now,
                HasOwnKeeper = result.GetValue(ownKeeper),
                MayWait = result.GetValue(wait),
                Force = result.GetValue(force),
                Output = output.Read(result, result.GetValue(name)!, session),
                Reason = $"{Environment.GetEnvironmentVariable("SUDO_USER") ?? Environment.UserName}: plumb mirror add "
                    + $"{result.GetValue(name)} {string.Join(' ', result.GetValue(targets)!)}",
            };
            if (!result.GetValue(dryRun))
            {
                LastingMirrors.Check(access, request.Name, request.HasOwnKeeper);
            }
            var (snapshot, plan) = await PlanAsync(access, request, console, cancellationToken);
            if (result.GetValue(dryRun))
            {
                var match = LastingMatch.Of(plan.Mirror, snapshot.Ovs!); // planned from there
                var operations = LastingRows.Plan(plan.Mirror, match, plan.Mirror.Output is MirrorOutput.OwnDevice { Kind: "internal" } ? "internal" : "",
                    new MacAddress(0x02_00_00_00_00_00), now, new LastingServiceOptions().LeaseTime);
                Write(console, result.GetValue(json), Document(plan.Mirror, "planned", plan.Notes) with
                {
                    Transaction = OperationText.Render(OvsdbSession.OpenVSwitch, operations),
                });
                return (int)ExitStatus.Fine;
            }
            var added = await LastingMirrors.AddAsync(
                access, plan.Mirror, () => MirrorServeCommand.StartDetached(access, plan.Mirror.Name), cancellationToken);
            Write(console, result.GetValue(json), Document(added.Mirror, added.Waits is null ? "working" : "waiting", plan.Notes) with
            {
                Waits = added.Waits,
                Device = added.Device,
                Proof = [.. added.Proof.Select(p => new MirrorDocument.Line(p.What, p.IsGood, p.Text))],
            });
            return (int)(added.Proof.Any(p => p.IsGood == false) ? ExitStatus.Findings : ExitStatus.Fine);
        });
        return command;
    }

    /// <summary>With <c>--wait</c> until there is something to copy.</summary>
    private static async Task<(NodeSnapshot Snapshot, LastingPlan Plan)> PlanAsync(
        NodeAccess access, LastingRequest request, CliConsole console, CancellationToken cancellationToken)
    {
        for (var isTold = false; ; isTold = true)
        {
            var snapshot = await LiveNode.ReadAsync(access, SnapshotScope.Topology | SnapshotScope.GuestAddresses, cancellationToken);
            var topology = Topology.Build(snapshot);
            if (!request.MayWait || LastingPlanner.FindAbsent(topology, request.Targets) is not { Count: > 0 } absent)
            {
                var now = DateTimeOffset.UtcNow;
                return (snapshot, LastingPlanner.Plan(topology, request with { Now = now, Until = request.Until + (now - request.Now) }));
            }
            if (!isTold)
            {
                console.Note(Printable.Escape($"waiting for {string.Join(", ", absent)}; Ctrl-C gives up"));
            }
            await Task.Delay(_look, cancellationToken);
        }
    }

    private static MirrorDocument Document(LastingMirror mirror, string state, IReadOnlyList<string> notes) => new()
    {
        Name = mirror.Name,
        Action = "add",
        State = state,
        Bridge = mirror.Bridge,
        Selects = mirror.Selects,
        Output = MirrorsTable.DescribeOutput(mirror.Output),
        Session = mirror.Session,
        Until = mirror.Until,
        Notes = notes,
    };

    private static void Write(CliConsole console, bool json, MirrorDocument document)
    {
        if (json)
        {
            console.Out.WriteLine(JsonSerializer.Serialize(document, CliJson.Default.MirrorDocument));
            return;
        }
        var device = document.Device is null ? "" : $" ({document.Device})";
        var verb = document.State == "planned" ? "would copy" : document.Waits is null ? "copies" : "will copy";
        var to = document.Output?.Contains(" to ", StringComparison.Ordinal) == true ? "by" : "to"; // "by GRE to 10.0.0.9"
        console.Out.WriteLine(Printable.Escape(
            $"{document.Name}: {verb} {document.Selects}, on {document.Bridge}, {to} {document.Output}{device}"));
        if (document.Waits is not null)
        {
            console.Out.WriteLine(Printable.Escape($"  waits {document.Waits}"));
        }
        if (document.Until is { } until)
        {
            console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  ends by itself at {until.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC"));
        }
        foreach (var line in document.Proof ?? [])
        {
            console.Out.WriteLine(Printable.Escape($"  {(line.IsGood == false ? "NOT proved: " : "proved: ")}{line.Text}"));
        }
        foreach (var note in document.Notes ?? [])
        {
            console.Note(Printable.Escape(note));
        }
        if (document.Transaction is not null)
        {
            console.Out.WriteLine(document.Transaction);
        }
        else
        {
            console.Note(Printable.Escape($"plumb mirror prove {document.Name} shows that copies come out; plumb mirror remove {document.Name} ends it"));
        }
    }

    private static MirrorDirection Direction(string? text) => text switch
    {
        null or "both" => MirrorDirection.Both,
        "in" => MirrorDirection.In,
        "out" => MirrorDirection.Out,
        _ => throw new CliException(new($"\"{text}\" is no direction", "--direction", "in (to the VM), out (from it), both")),
    };

    private static List<int> Vlans(string? text)
    {
        var result = new List<int>();
        foreach (var part in text?.Split(',', StringSplitOptions.TrimEntries) ?? [])
        {
            result.Add(int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var vlan) && vlan <= 4095 ? vlan
                : throw new CliException(new($"\"{part}\" is no VLAN", "--vlan", "0 (untagged) to 4095, with commas: --vlan 1,7")));
        }
        return result;
    }

    private static int SnapLength(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
        && bytes is >= 14 and <= 65535
            ? bytes
            : throw new CliException(new($"\"{text}\" is no length that OVS takes", "--snaplen", "14 to 65535 bytes"));
}
