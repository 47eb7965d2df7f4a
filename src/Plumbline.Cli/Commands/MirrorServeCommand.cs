using System.CommandLine;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Plumbline.Node;
using Plumbline.Operations.Mirroring.Lasting;
using Plumbline.Primitives;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb mirror serve</c>: keeps lasting mirrors, in the foreground (packaging/plumb-mirror.service).</summary>
internal static class MirrorServeCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var name = new Argument<string?>("NAME")
        {
            Description = "Only this one, added with --no-service (default: all others)",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var lease = new Option<string?>("--lease")
        {
            Description = "How long mirrors may stay when this process is killed and none takes its place (default: 2m)",
            HelpName = "TIME",
        };
        var command = new Command("serve", "Keep lasting mirrors until interrupted: follow ports, renew leases, restore; then remove them")
        {
            name, lease,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var access = NodeOptions.Resolve(result, console);
            var only = result.GetValue(name);
            var store = new LastingStore(access);
            if (only is not null && store.Find(only) is not { HasOwnKeeper: true })
            {
                throw new CliException(new(
                    $"there is no mirror {only} that was added with --no-service", "NAME", "plumb mirror serve keeps all others"));
            }
            var options = new LastingServiceOptions
            {
                Only = only,
                LeaseTime = CaptureLimits.Time(result.GetValue(lease), "--lease") ?? new LastingServiceOptions().LeaseTime,
                Note = console.Note,
                Ready = () =>
                {
                    console.Note("keeping lasting mirrors");
                    Notify("READY=1");
                },
            };
            var keeper = only is null ? LastingStore.Service : $"mirror-{only}";
            var cleanup = await LastingService.RunAsync(access, options, GuardCommand.LaunchForKeeper(access, keeper), cancellationToken);
            foreach (var removed in cleanup.Removed)
            {
                console.Note(Printable.Escape($"removed {removed}"));
            }
            foreach (var left in cleanup.Left)
            {
                console.Error.WriteLine(new Problem($"left behind: {left.What}", left.Why, left.Command));
            }
            return (int)(cleanup.IsClean ? ExitStatus.Fine : ExitStatus.LeftBehind);
        });
        return command;
    }

    /// <summary>Starts this program as the keeper of one mirror; it outlives us and our terminal.</summary>
    public static void StartDetached(NodeAccess access, string name)
    {
        var program = Environment.ProcessPath ?? "plumb";
        var arguments = new List<string> { program };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            arguments.Add(Path.Combine(AppContext.BaseDirectory, "plumb.dll"));
        }
        arguments.AddRange(["mirror", "serve", name]);
        Add("--netns", access.NamespaceFile);
        Add("--netns-dir", access.NamespaceDirectory);
        Add("--ovs-rundir", access.OvsRunDirectory);
        Add("--state-dir", access.StateDirectory == new NodeAccess().StateDirectory ? null : access.StateDirectory);
        Add("--private-key", access.OvsdbOptions.PrivateKeyFile);
        Add("--certificate", access.OvsdbOptions.CertificateFile);
        Add("--ca-cert", access.OvsdbOptions.AuthorityFile);
        if (access.Ovsdb is { } endpoint)
        {
            arguments.AddRange(["--ovsdb", endpoint.ToString()!]);
        }
        var start = new ProcessStartInfo("setsid", ["sh", "-c", "exec \"$@\" </dev/null >/dev/null 2>&1", "plumb-mirror", .. arguments])
        {
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        start.Environment.Remove(Heartbeat.Variable);
        using var process = Process.Start(start);

        void Add(string option, string? path)
        {
            if (path is not null)
            {
                arguments.AddRange([option, Path.GetFullPath(path)]);
            }
        }
    }

    /// <summary>sd_notify(3): a datagram to the service manager, where there is one.</summary>
    private static void Notify(string state)
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 0 } path)
        {
            return;
        }
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.SendTo(Encoding.ASCII.GetBytes(state), new UnixDomainSocketEndPoint(path[0] == '@' ? $"\0{path[1..]}" : path));
        }
        catch (SocketException)
        {
            return; // nobody listens: then nobody waits either
        }
    }
}
