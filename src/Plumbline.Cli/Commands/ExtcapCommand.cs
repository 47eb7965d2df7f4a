using System.CommandLine;
using System.Text;
using Plumbline.Linux;
using Plumbline.Linux.Capture;
using Plumbline.Node;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Operations.Capturing;
using Plumbline.Primitives;
using Plumbline.Views;

namespace Plumbline.Cli.Commands;

/// <summary>
/// <c>plumb extcap</c>: Wireshark's protocol for interfaces of other programs (extcap(4)). Wireshark runs it to list interfaces, their
/// options, and to capture into a named pipe; closing that pipe ends the capture. Errors go to stderr, which Wireshark shows.
/// </summary>
internal static class ExtcapCommand
{
    /// <summary>The first argument.</summary>
    public const string Name = "extcap";

    private const string Prefix = "plumb-";
    private const string PathInterface = "plumb--path";
    private const char HostMark = '~';
    private static readonly TimeSpan _remotePatience = TimeSpan.FromSeconds(5);

    /// <summary>Guests' addresses stand among a node's firewall rules; Wireshark's start does not wait for very many of them.</summary>
    private static readonly TimeSpan _addressPatience = TimeSpan.FromSeconds(1);

    /// <summary>Answers one call.</summary>
    public static async Task<int> RunAsync(string[] arguments, CliConsole console, CancellationToken cancellationToken)
    {
        var request = ExtcapRequest.Parse(arguments);
        if (request.Has("extcap-interfaces"))
        {
            await ListAsync(request, console, cancellationToken);
        }
        else if (request.Has("extcap-dlts"))
        {
            console.Out.WriteLine("dlt {number=1}{name=EN10MB}{display=Ethernet (pcapng: several places are several interfaces)}");
        }
        else if (request.Has("extcap-config"))
        {
            Configure(request, console);
        }
        else if (request.Has("capture"))
        {
            return await CaptureAsync(request, console, cancellationToken);
        }
        else if (request["extcap-capture-filter"] is { } filter)
        {
            VerifyFilter(filter, console);
        }
        else if (!request.Has("extcap-cleanup-postkill") && !request.Has("extcap-version"))
        {
            throw new CliException(new("plumb extcap is called by Wireshark, not by hand", null, "plumb wireshark install sets it up"));
        }
        await console.Out.FlushAsync(cancellationToken);
        return (int)ExitStatus.Fine;
    }

    private static async Task ListAsync(ExtcapRequest request, CliConsole console, CancellationToken cancellationToken)
    {
        console.Out.WriteLine($"extcap {{version={CliApplication.Version}}}{{display=Plumbline}}");
        // the far nodes are asked while this one is read; one that does not answer in time is left out
        var remotes = request.Remotes.Select(host => ListRemoteAsync(host, request.Has("sudo"), cancellationToken)).ToList();
        try
        {
            var topology = Topology.Build(await LiveNode.ReadAsync(
                Access(request, console), SnapshotScope.Topology | SnapshotScope.GuestAddresses, _addressPatience, cancellationToken));
            foreach (var (value, display) in InterfacesOf(topology))
            {
                console.Out.WriteLine($"interface {{value={Prefix}{value}}}{{display={display}}}");
            }
            if (topology.Vifs.Count > 0) // not on the operator's own machine, where only far nodes are of interest
            {
                console.Out.WriteLine($"interface {{value={PathInterface}}}{{display=Plumbline: every hop between two ends}}");
            }
        }
        catch (ProblemException exception)
        {
            console.Error.WriteLine(exception.Problem.ToString()); // Wireshark lists its other interfaces; the reason is in its log
        }
        foreach (var remote in remotes)
        {
            var (lines, complaint) = await remote;
            foreach (var line in lines)
            {
                console.Out.WriteLine(line);
            }
            if (complaint is not null)
            {
                console.Note(Printable.Escape(complaint));
            }
        }
    }

    private static IEnumerable<(string Value, string Display)> InterfacesOf(Topology topology)
    {
        var seen = new HashSet<string>();
        foreach (var vif in topology.Vifs)
        {
            var owner = vif.InstanceName ?? Words.Of(vif.Owner);
            var addresses = vif.IPAddresses.Count > 0 ? $" {string.Join(' ', vif.IPAddresses)}" : "";
            var several = vif.InstanceName is null || topology.Vifs.Count(v => v.InstanceName == vif.InstanceName) > 1;
            var value = several || !IsPlain(owner) ? vif.PortId ?? vif.Address?.ToString().Replace(':', '-') : owner;
            if (value is not null && seen.Add(value))
            {
                yield return (value, Clean($"Plumbline: {owner}{addresses}"));
            }
        }
        foreach (var bridge in topology.Elements.Where(e => e.Kind is ElementKind.OvsBridge && IsPlain(e.Name)))
        {
            if (seen.Add(bridge.Name))
            {
                yield return (bridge.Name, Clean($"Plumbline: bridge {bridge.Name} (a mirror of all its ports)"));
            }
        }
    }

    /// <summary>The far node's own list, its interfaces marked with the host; or why there is none.</summary>
    private static async Task<(IReadOnlyList<string> Lines, string? Complaint)> ListRemoteAsync(
        string host, bool sudo, CancellationToken cancellationToken)
    {
        var call = new RemoteCall { Host = host, Arguments = [Name, "--extcap-interfaces"], Sudo = sudo, IsUnattended = true };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_remotePatience);
        using var ssh = call.Start(call.RemoteCommand(), redirectError: true);
        try
        {
            var errors = ssh.StandardError.ReadToEndAsync(patience.Token);
            var text = await ssh.StandardOutput.ReadToEndAsync(patience.Token);
            var complaint = (await errors).Trim();
            await ssh.WaitForExitAsync(patience.Token);
            return ([.. text.Split('\n').Where(l => l.StartsWith($"interface {{value={Prefix}", StringComparison.Ordinal)).Select(l => l
                .Replace($"{{value={Prefix}", $"{{value={Prefix}{host}{HostMark}", StringComparison.Ordinal)
                .Replace("{display=Plumbline: ", $"{{display=Plumbline {Clean(host)}: ", StringComparison.Ordinal))],
                ssh.ExitCode == 0 ? null : $"{host} is left out: {(complaint.Length > 0 ? complaint : $"status {ssh.ExitCode}")}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            ssh.Kill();
            return ([], $"{host} is left out: no answer within {_remotePatience.TotalSeconds} s");
        }
    }

    private static void Configure(ExtcapRequest request, CliConsole console)
    {
        var isPath = request.Interface == PathInterface
            || request.Interface.EndsWith($"{HostMark}{PathInterface[Prefix.Length..]}", StringComparison.Ordinal);
        foreach (var line in isPath ? ExtcapArguments.OfPath : ExtcapArguments.OfTarget)
        {
            console.Out.WriteLine(line);
        }
    }

    /// <summary>Here, or on a far node: plumb-HOST~-path.</summary>
    private static bool IsPath(ExtcapRequest request) => request.Interface == PathInterface
        || request.Interface.EndsWith($"{HostMark}{PathInterface[Prefix.Length..]}", StringComparison.Ordinal);

    /// <summary>Asked while somebody types a filter: libpcap's complaint is the answer, none is yes.</summary>
    private static void VerifyFilter(string filter, CliConsole console)
    {
        if (filter.Length > 0 && PacketFilter.FindError(filter) is { } complaint)
        {
            console.Out.WriteLine(complaint);
        }
    }

    private static async Task<int> CaptureAsync(ExtcapRequest request, CliConsole console, CancellationToken cancellationToken)
    {
        if (request["fifo"] is not { Length: > 0 } fifo)
        {
            throw new CliException(new("no pipe was named", "--fifo", "plumb extcap is called by Wireshark, not by hand"));
        }
        var target = request.Interface.StartsWith(Prefix, StringComparison.Ordinal) ? request.Interface[Prefix.Length..]
            : throw new CliException(new($"\"{request.Interface}\" is none of ours", "--extcap-interface", "tshark -D lists them"));
        StandardOutput.Redirect(fifo); // before any complaint: who waits at the other end waits until it is opened
        if (IsPath(request) && (request["from"] is not { Length: > 0 } || request["to"] is not { Length: > 0 }))
        {
            throw new CliException(new("a path needs both ends", "From, To", "name a VM, port, MAC or IP address for each (the gear wheel)"));
        }
        if (target.IndexOf(HostMark, StringComparison.Ordinal) is var mark and > 0)
        {
            return await new RemoteCall
            {
                Host = target[..mark],
                Arguments = [.. CaptureWords(request, target[(mark + 1)..])],
                Sudo = request.Has("sudo"),
                IsUnattended = true,
            }.RunAsync(console, cancellationToken);
        }
        var isPath = request.Interface == PathInterface;
        var asked = new CaptureCommand.Request(
            isPath ? [] : [target],
            isPath ? [request["from"] ?? "", request["to"] ?? ""] : null,
            new() { Hops = CapturePlaces.Parse(request["at"] is { Length: > 0 } at ? at : null), Force = request.IsOn("force") },
            DryRun: false,
            request.IsOn("explain"));
        var options = new CaptureOptions
        {
            Destination = new CaptureDestination.ToStandardOutput(),
            Filter = request["extcap-capture-filter"] is { Length: > 0 } filter ? filter : null,
            SnapLength = int.TryParse(request["snaplen"], out var bytes) && bytes > 0 ? Math.Min(bytes, CaptureOptions.MaxSnapLength) : CaptureOptions.MaxSnapLength,
            Application = $"plumb {CliApplication.Version}",
            Reason = $"{Environment.UserName}: Wireshark, {asked.Text}",
        };
        using var reporter = new CaptureReporter(console, quiet: true, "-");
        var status = await CaptureCommand.RunAsync(Access(request, console), asked, options, reporter, cancellationToken);
        // stopped by Wireshark is the usual end, which it must not take for a failure
        return (int)(status == ExitStatus.Interrupted ? ExitStatus.Fine : status);
    }

    private static IEnumerable<string> CaptureWords(ExtcapRequest request, string target)
    {
        yield return "capture";
        string[] words = target == PathInterface[Prefix.Length..] ? ["--path", request["from"] ?? "", request["to"] ?? ""] : [target];
        foreach (var word in words)
        {
            yield return word;
        }
        foreach (var (option, name) in _remoteOptions)
        {
            if (request[name] is { Length: > 0 } value)
            {
                yield return option;
                yield return value;
            }
        }
        foreach (var box in (string[])["force", "explain"])
        {
            if (request.IsOn(box))
            {
                yield return $"--{box}";
            }
        }
        yield return "-q";
        yield return "-w";
        yield return "-";
    }

    private static readonly (string Option, string Name)[] _remoteOptions =
        [("--at", "at"), ("--snaplen", "snaplen"), ("--filter", "extcap-capture-filter")];

    private static NodeAccess Access(ExtcapRequest request, CliConsole console)
    {
        var root = new RootCommand();
        foreach (var option in NodeOptions.All)
        {
            root.Options.Add(option);
        }
        return NodeOptions.Resolve(root.Parse(request.NodeWords), console);
    }

    private static bool IsPlain(string text) => text.Length is > 0 and < 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    /// <summary>Braces and line ends would break the protocol.</summary>
    private static string Clean(string text)
    {
        var clean = new StringBuilder();
        foreach (var c in Printable.Escape(text))
        {
            clean.Append(c is '{' or '}' ? '_' : c);
        }
        return clean.ToString();
    }
}
