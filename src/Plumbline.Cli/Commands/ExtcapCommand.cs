using System.CommandLine;
using System.Text;
using Plumbline.Linux;
using Plumbline.Node;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Operations.Capturing;
using Plumbline.Primitives;

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
        var remotes = request.Remotes.Select(host => ListRemoteAsync(host, cancellationToken)).ToList();
        try
        {
            var topology = Topology.Build(await LiveNode.ReadAsync(Access(request, console), SnapshotScope.Topology, cancellationToken));
            foreach (var (value, display) in InterfacesOf(topology))
            {
                console.Out.WriteLine($"interface {{value={Prefix}{value}}}{{display={display}}}");
            }
            console.Out.WriteLine($"interface {{value={PathInterface}}}{{display=Plumbline: every hop between two ends}}");
        }
        catch (ProblemException exception)
        {
            console.Error.WriteLine(exception.Problem.ToString()); // Wireshark lists its other interfaces; the reason is in its log
        }
        foreach (var lines in remotes)
        {
            foreach (var line in await lines)
            {
                console.Out.WriteLine(line);
            }
        }
    }

    private static IEnumerable<(string Value, string Display)> InterfacesOf(Topology topology)
    {
        var seen = new HashSet<string>();
        foreach (var vif in topology.Vifs)
        {
            var owner = vif.InstanceName ?? vif.Owner.ToString();
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

    /// <summary>The far node's own list, its interfaces marked with the host.</summary>
    private static async Task<IReadOnlyList<string>> ListRemoteAsync(string host, CancellationToken cancellationToken)
    {
        var call = new RemoteCall { Host = host, Arguments = [Name, "--extcap-interfaces"], IsUnattended = true };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_remotePatience);
        using var ssh = call.Start(call.RemoteCommand(), redirectError: true);
        try
        {
            var text = await ssh.StandardOutput.ReadToEndAsync(patience.Token);
            return [.. text.Split('\n').Where(l => l.StartsWith($"interface {{value={Prefix}", StringComparison.Ordinal)).Select(l => l
                .Replace($"{{value={Prefix}", $"{{value={Prefix}{host}{HostMark}", StringComparison.Ordinal)
                .Replace("{display=Plumbline: ", $"{{display=Plumbline {Clean(host)}: ", StringComparison.Ordinal))];
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            ssh.Kill();
            return [];
        }
    }

    private static void Configure(ExtcapRequest request, CliConsole console)
    {
        var number = 0;
        if (request.Interface.EndsWith("-path", StringComparison.Ordinal) && request.Interface.EndsWith(PathInterface[Prefix.Length..], StringComparison.Ordinal))
        {
            Add("--from", "From", "A VM, port, MAC or IP address", "string", "{required=true}");
            Add("--to", "To", "A VM, port, MAC or IP address", "string", "{required=true}");
        }
        else
        {
            Add("--at", "Places", "Where on the VM's way: tap, qbr, qvb, qvo, br-int, br-tun, tunnel, nic; several with commas; empty: the best", "string", "");
        }
        Add("--snaplen", "Bytes of each packet", "The rest is cut off", "unsigned", "{range=64,262144}{default=262144}");
        Add("--force", "Capture in spite of hardware offload", "Which may hide packets from a mirror", "boolflag", "{default=false}");

        void Add(string call, string display, string tooltip, string type, string more) => console.Out.WriteLine(
            $"arg {{number={number++}}}{{call={call}}}{{display={display}}}{{tooltip={tooltip}}}{{type={type}}}{more}");
    }

    private static async Task<int> CaptureAsync(ExtcapRequest request, CliConsole console, CancellationToken cancellationToken)
    {
        if (request["fifo"] is not { Length: > 0 } fifo)
        {
            throw new CliException(new("no pipe was named", "--fifo", "plumb extcap is called by Wireshark, not by hand"));
        }
        var target = request.Interface.StartsWith(Prefix, StringComparison.Ordinal) ? request.Interface[Prefix.Length..]
            : throw new CliException(new($"\"{request.Interface}\" is none of ours", "--extcap-interface", "tshark -D lists them"));
        StandardOutput.Redirect(fifo);
        if (target.IndexOf(HostMark, StringComparison.Ordinal) is var mark and > 0)
        {
            return await new RemoteCall
            {
                Host = target[..mark],
                Arguments = [.. CaptureWords(request, target[(mark + 1)..])],
                IsUnattended = true,
            }.RunAsync(console, cancellationToken);
        }
        var isPath = request.Interface == PathInterface;
        var asked = new CaptureCommand.Request(
            isPath ? [] : [target],
            isPath ? [request["from"] ?? "", request["to"] ?? ""] : null,
            new() { Hops = CapturePlaces.Parse(request["at"] is { Length: > 0 } at ? at : null), Force = request["force"] is not (null or "false") },
            false);
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
        if (request["force"] is not (null or "false"))
        {
            yield return "--force";
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
