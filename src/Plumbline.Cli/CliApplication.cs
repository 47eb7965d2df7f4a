using System.CommandLine;
using System.CommandLine.Parsing;
using System.Reflection;
using System.Runtime.InteropServices;
using Plumbline.Cli.Commands;
using Plumbline.Primitives;
using Interrupts = Plumbline.Linux.Processes.Interrupts;

namespace Plumbline.Cli;

/// <summary>
/// The command line: one <c>Commands/XCommand.cs</c> a command, each parsing its options, calling one question or action and handing
/// the record to a view. Errors become what/where/fix on stderr and an exit status here, in one place.
/// </summary>
internal static class CliApplication
{
    /// <summary>The version, as <c>plumb --version</c> prints it.</summary>
    public static string Version { get; } =
        typeof(CliApplication).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    /// <summary>Runs one command line and returns the exit status.</summary>
    public static async Task<int> RunAsync(string[] arguments, CliConsole console, CancellationToken cancellationToken)
    {
        if (arguments is ["--version"])
        {
            console.Out.WriteLine($"plumb {Version}");
            console.Out.Flush();
            return (int)ExitStatus.Fine;
        }
        arguments = Heartbeat.Take(arguments);
        Interrupts.Accept();
        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // PosixSignalRegistration keeps the default action (dying at once) from happening: every command cleans up first
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Cancel);
        if (arguments is [ApplyCommand.RecoverName, _])
        {
            return await ApplyCommand.RecoverAsync(arguments[1]);
        }
        if (arguments is [GuardCommand.Name, ..])
        {
            return await GuardCommand.RunAsync(arguments, console);
        }
        using var beat = Heartbeat.Start(interrupted);
        var status = ExitStatus.Fine;
        try
        {
            if (arguments is [ExtcapCommand.Name, ..])
            {
                return await ExtcapCommand.RunAsync(arguments[1..], console, interrupted.Token);
            }
            if (RemoteCall.TryParse(arguments) is { } call)
            {
                return await call.RunAsync(console, interrupted.Token);
            }
            var result = CreateRootCommand(arguments, console).Parse(arguments);
            if (FindComplaint(result) is { } complaint)
            {
                throw BadUsage(result, complaint);
            }
            status = (ExitStatus)await result.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = console.Out,
                    Error = console.Error,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null, // signals are ours, above
                },
                interrupted.Token);
        }
        catch (ProblemException exception)
        {
            await FlushAsync(console);
            console.Error.WriteLine(exception.Problem.ToString());
            status = exception.Status;
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            status = ExitStatus.Interrupted;
        }
        catch (Exception exception) when (Environment.GetEnvironmentVariable("PLUMB_TRACE") is not { Length: > 0 })
        {
            console.Error.WriteLine(new Problem(
                $"plumb itself failed: {exception.GetType().Name}: {exception.Message}",
                exception.StackTrace?.Split('\n')[0].Trim(),
                "this is a bug; PLUMB_TRACE=1 shows the whole trace for a report"));
            status = ExitStatus.Bug;
        }
        if (!await FlushAsync(console) && status == ExitStatus.Fine)
        {
            status = ExitStatus.BadInput;
        }
        return (int)status;

        void Cancel(PosixSignalContext context)
        {
            context.Cancel = true;
            interrupted.Cancel();
        }
    }

    /// <summary>The commands, in the order of the help.</summary>
    private static readonly (string Name, Func<CliConsole, Command> Create)[] _commands =
    [
        ("topology", TopologyCommand.Create),
        ("ports", PortsCommand.Create),
        ("explain", ExplainCommand.Create),
        ("check", CheckCommand.Create),
        ("trace", TraceCommand.Create),
        ("reach", ReachCommand.Create),
        ("verdict", VerdictCommand.Create),
        ("diff", DiffCommand.Create),
        ("snapshot", SnapshotCommand.Create),
        ("capture", CaptureCommand.Create),
        ("packets", PacketsCommand.Create),
        ("flows", FlowsCommand.Create),
        ("latency", LatencyCommand.Create),
        ("mirror", MirrorCommand.Create),
        ("plug", PlugCommand.CreatePlug),
        ("unplug", PlugCommand.CreateUnplug),
        ("compile", CompileCommand.Create),
        ("apply", ApplyCommand.CreateApply),
        ("unapply", ApplyCommand.CreateUnapply),
        ("lab", LabCommand.Create),
        ("lab-vmm", LabCommand.CreateMachines),
        ("lab-metadata", LabCommand.CreateMetadata),
        ("wireshark", WiresharkCommand.Create),
        ("demo", DemoCommand.Create),
    ];

    private static RootCommand CreateRootCommand(string[] arguments, CliConsole console)
    {
        var root = new RootCommand("""
            Sees, taps and explains the virtual plumbing of an OpenStack or KVM + Open vSwitch node.

            A TARGET is a VM's name or UUID, a port's UUID or its first characters, an IP, a MAC, or a device or bridge name.
            Try it without a cloud: plumb demo
            """);
        foreach (var option in NodeOptions.All)
        {
            root.Options.Add(option);
        }
        // only the one that is called is made: twenty of them with their options take longer than many a question
        var isCalled = arguments.Length > 0 && _commands.Any(c => c.Name == arguments[0]);
        foreach (var (name, create) in _commands)
        {
            if (!isCalled || name == arguments[0])
            {
                root.Subcommands.Add(create(console));
            }
        }
        return root;
    }

    private static string? FindComplaint(ParseResult result)
    {
        if (result.Errors.Count > 0)
        {
            return string.Join("; ", result.Errors.Select(e => e.Message.TrimEnd('.')));
        }
        // the library takes an unknown option for an argument's value; a target never starts with a dash unless after --
        var explicitly = result.Tokens.SkipWhile(t => t.Type != TokenType.DoubleDash).ToHashSet(ReferenceEqualityComparer.Instance);
        var unknown = result.CommandResult.Tokens.FirstOrDefault(
            t => t.Value.Length > 1 && t.Value[0] == '-' && !explicitly.Contains(t));
        return unknown is null ? null : $"Unknown option '{unknown.Value}'";
    }

    private static CliException BadUsage(ParseResult result, string complaint)
    {
        var command = result.CommandResult.Command;
        var path = command.Name;
        for (var parent = result.CommandResult.Parent as CommandResult; parent is not null;
            parent = parent.Parent as CommandResult)
        {
            path = parent.Command is RootCommand ? $"plumb {path}" : $"{parent.Command.Name} {path}";
        }
        if (command is RootCommand)
        {
            path = "plumb";
        }
        return new(new Problem(
            complaint,
            path,
            $"{path} --help lists what it takes"));
    }

    /// <summary>False where standard output could not take all of it, after saying so (a closed pipe is a reader that had enough).</summary>
    private static async Task<bool> FlushAsync(CliConsole console)
    {
        try
        {
            await console.Out.FlushAsync();
            return true;
        }
        catch (IOException exception) when (exception.HResult == BrokenPipe)
        {
            return true;
        }
        catch (IOException exception)
        {
            console.Error.WriteLine(
                new Problem($"cannot write the answer: {exception.Message}", "standard output", "free room or choose another place"));
            return false;
        }
    }

    private const int BrokenPipe = 32; // EPIPE: .NET puts errno into HResult
}
