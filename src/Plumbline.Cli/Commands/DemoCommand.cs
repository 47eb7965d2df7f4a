using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Plumbline.Diagnosis;
using Plumbline.Diagnosis.Capturing;
using Plumbline.Linux;
using Plumbline.Linux.Processes;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Operations.Capturing;
using Plumbline.Operations.Labs;
using Plumbline.Operations.Mirroring;
using Plumbline.Packets;
using Plumbline.Packets.Pcapng;
using Plumbline.Primitives;
using Plumbline.Views;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb demo</c>: the first article in half a minute, on a lab of its own.</summary>
internal static class DemoCommand
{
    /// <summary>The demo's lab stands beside the user's own.</summary>
    private const string LabDirectory = "/run/plumb/demo";

    /// <summary>The article's ping.</summary>
    private const string RouterAddress = "172.16.0.1";

    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var output = new Option<string>("--output", "-o")
        {
            Description = "Folder for the picture and the packets",
            HelpName = "DIR",
            DefaultValueFactory = _ => "plumb-demo",
        };
        var keep = new Option<bool>("--keep") { Description = "Leave the lab up afterwards, to look around in" };
        var command = new Command("demo", "See it work: a lab of its own, drawn, captured, and taken down again")
        {
            output, keep,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            await new Demo(console, result.GetValue(output)!).RunAsync(result.GetValue(keep), cancellationToken);
            return (int)ExitStatus.Fine;
        });
        return command;
    }

    /// <summary>One run of the demo.</summary>
    private sealed class Demo(CliConsole console, string folder) : ICaptureListener
    {
        private readonly long _start = Stopwatch.GetTimestamp();
        private readonly TaskCompletionSource<IReadOnlyList<ActiveMirror>> _ready =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task RunAsync(bool keep, CancellationToken cancellationToken)
        {
            CreateFolder();
            Step("A compute node in namespaces of its own: stock Open vSwitch, nothing of this machine's network is touched");
            var options = new LabOptions { Directory = LabDirectory };
            try
            {
                var (lab, _) = await Lab.UpAsync(options, line => Say(line), cancellationToken);
                await ShowAsync(lab, cancellationToken);
            }
            finally
            {
                if (keep)
                {
                    Say($"the lab stays up: {LabOptions.DirectoryVariable}={LabDirectory} plumb topology --lab");
                }
                else
                {
                    Step("The lab is taken down");
                    await Lab.DownAsync(LabDirectory, line => Say(line), CancellationToken.None);
                }
            }
            Step($"Done in {Stopwatch.GetElapsedTime(_start).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s. "
                + "Next: plumb lab up; plumb topology --lab; plumb --help");
        }

        public void OnReady(IReadOnlyList<ActiveMirror> mirrors) => _ready.TrySetResult(mirrors);

        public void OnProgress(CaptureProgress progress)
        {
        }

        public void OnNote(string text) => Say(Printable.Escape(text));

        private async Task ShowAsync(LabDescription lab, CancellationToken cancellationToken)
        {
            var access = lab.Nodes[0].Access;
            var before = await LiveNode.ReadAsync(access, SnapshotScope.Everything, cancellationToken);
            var topology = Topology.Build(before);

            Step("The node as plumb topology draws it");
            ViewOptions.Write(console, TopologyText.Render(topology, ViewOptions.For(console)));
            var picture = Path.Combine(folder, "topology.svg");
            File.WriteAllText(picture, TopologySvg.Render(topology, RenderOptions.Plain));
            Say($"the same as a picture: {picture}");

            var instance = lab.Instances[0];
            Step($"{instance.Name} pings the router; captured at the VM's tap and at br-int "
                + $"(plumb capture {instance.Name}; plumb capture {instance.Name} --at br-int)");
            var file = Path.Combine(folder, "ping.pcapng");
            var result = await CaptureAsync(lab, before, topology, file, cancellationToken);
            ListPackets(file);
            Say($"{result.Packets} packets in {file}, for Wireshark; each place is an interface of its own there");

            Step("Cleanup, proven");
            foreach (var thing in result.Cleanup?.Removed ?? [])
            {
                Say($"removed: {thing}");
            }
            var after = await LiveNode.ReadAsync(access, SnapshotScope.Topology, cancellationToken);
            ProveUnchanged(before, after);
        }

        private async Task<CaptureResult> CaptureAsync(
            LabDescription lab, NodeSnapshot snapshot, Topology topology, string file, CancellationToken cancellationToken)
        {
            var access = lab.Nodes[0].Access;
            var instance = lab.Instances[0];
            var target = TargetResolver.Resolve(topology, instance.Name);
            var atTap = CapturePlanner.Plan(topology, [target], new() { At = CaptureAt.Tap });
            var atBridge = CapturePlanner.Plan(topology, [target], new() { At = CaptureAt.IntegrationBridge });
            var plan = atTap with
            {
                Points = [.. atTap.Points, .. atBridge.Points],
                Notes = [.. atTap.Notes.Union(atBridge.Notes)],
            };
            var session = MirrorSession.NewName();
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var options = new CaptureOptions
            {
                Destination = new CaptureDestination.ToFile(file),
                Filter = "arp or icmp or (vlan and (arp or icmp))",
                Application = $"plumb {CliApplication.Version}",
                Reason = "plumb demo",
            };
            using var guard = GuardProcess.Start(GuardCommand.Launch(access, session));
            var capture = CaptureRun.RunAsync(
                access, snapshot, plan, options, session, guard, this, readNames: null, stop.Token);
            await Task.WhenAny(capture, _ready.Task);
            if (_ready.Task.IsCompletedSuccessfully)
            {
                foreach (var mirror in _ready.Task.Result)
                {
                    Say($"OVS shows no device for br-int; a mirror to {mirror.MonitorText} was made and proved");
                }
                await PingAsync(instance, cancellationToken);
                await stop.CancelAsync();
            }
            var result = await capture;
            guard.Release();
            return result;
        }

        private async Task PingAsync(LabInstance instance, CancellationToken cancellationToken)
        {
            using var inside = NetworkNamespace.Open(instance.NamespaceFile);
            var ping = await CommandRunner.RunAsync(
                inside, "ping", ["-c", "3", "-i", "0.3", RouterAddress], null, null, cancellationToken);
            Say($"{instance.Name}$ ping -c 3 {RouterAddress}");
            foreach (var line in ping.Output.Split('\n').Where(l => l.Contains("bytes from") || l.Contains("packet loss")))
            {
                Say(Printable.Escape(line));
            }
        }

        /// <summary>The file read back, in the order of time, so that each packet is seen to go from place to place.</summary>
        private void ListPackets(string file)
        {
            using var stream = File.OpenRead(file);
            var reader = new PcapngReader(stream, file);
            var packets = new List<RecordedPacket>();
            while (reader.ReadPacket() is { } packet)
            {
                packets.Add(packet);
            }
            packets.Sort((a, b) => Nullable.Compare(a.TimestampNanoseconds, b.TimestampNanoseconds));
            var start = packets.FirstOrDefault()?.TimestampNanoseconds ?? 0;
            var places = reader.Interfaces.Select(i => i.Name ?? $"{i.Number}").ToArray();
            var width = places.Max(p => p.Length);
            foreach (var packet in packets)
            {
                var summary = PacketSummary.Of(packet.Data.Span, reader.Names);
                var after = ((packet.TimestampNanoseconds ?? start) - start) / 1e6;
                console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{after,10:0.000} ms  {Printable.Escape(places[packet.InterfaceNumber]).PadRight(width)}  ")
                    + (summary.Vlan is { } vlan ? $"VLAN {vlan}  " : "        ")
                    + $"{summary.Source} {(console.Unicode ? '→' : '>')} {summary.Destination}  {summary.Protocol} {summary.Text}");
            }
            console.Out.Flush();
        }

        private void ProveUnchanged(NodeSnapshot before, NodeSnapshot after)
        {
            var differences = Inventory(before).Except(Inventory(after)).Select(l => $"gone: {l}")
                .Concat(Inventory(after).Except(Inventory(before)).Select(l => $"left: {l}")).ToList();
            if (differences.Count > 0)
            {
                throw new CliException(
                    new($"the node is not as it was: {string.Join("; ", differences)}", "plumb demo", "plumb mirror gc"),
                    ExitStatus.LeftBehind);
            }
            Say($"bridges, ports, mirrors and links before and after are equal ({Inventory(after).Count} compared)");
        }

        private static List<string> Inventory(NodeSnapshot snapshot) =>
        [
            .. from bridge in snapshot.Ovs?.Bridges ?? []
               from row in bridge.Ports.Select(p => $"port {p.Name} {p.Uuid}")
                   .Concat(bridge.Mirrors.Select(m => $"mirror {m.Name} {m.Uuid}"))
                   .Prepend($"MAC of {bridge.Name} {bridge.Ports.SelectMany(p => p.Interfaces)
                       .FirstOrDefault(i => i.Name == bridge.Name)?.MacInUse}")
               select $"{bridge.Name}: {row}",
            .. from space in snapshot.Namespaces
               from link in space.Links
               select $"{space.Name}/{link.Name} {link.Address} mtu {link.Mtu} {link.Flags}",
        ];

        private void CreateFolder()
        {
            try
            {
                Directory.CreateDirectory(folder);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new CliException(new(
                    $"cannot make the folder for the picture and the packets: {exception.Message}", folder, "give another one with -o DIR"));
            }
        }

        private void Step(string text)
        {
            console.Out.WriteLine();
            console.Out.WriteLine(console.Colour ? $"\u001b[1m{text}\u001b[0m" : text);
            console.Out.Flush();
        }

        private void Say(string text)
        {
            console.Out.WriteLine($"  {text}");
            console.Out.Flush();
        }
    }
}
