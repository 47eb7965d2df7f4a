using System.CommandLine;
using Plumbline.Node;
using Plumbline.Operations.Mirroring;
using Plumbline.Primitives;

namespace Plumbline.Cli.Commands;

/// <summary>
/// <c>plumb guard</c>, hidden: the process that removes a capture's mirror when the capture was killed. Started by <c>plumb capture</c>
/// with a pipe at its standard input.
/// </summary>
internal static class GuardCommand
{
    private static readonly Option<string> _session = new("--session")
    {
        Description = "The session to guard",
        HelpName = "NAME",
        Required = true,
    };

    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var command = new Command("guard", "Remove a capture's mirror if the capture is killed (started by plumb capture)")
        {
            _session,
        };
        command.Hidden = true;
        command.SetAction(async (result, _) =>
        {
            var session = result.GetValue(_session)!;
            var cleanup = await SessionGuard.RunAsync(
                NodeOptions.Resolve(result, console), session, Console.OpenStandardInput(), Console.OpenStandardOutput());
            if (cleanup is null)
            {
                return (int)ExitStatus.Fine;
            }
            Tell(console, cleanup);
            return (int)(cleanup.IsClean ? ExitStatus.Fine : ExitStatus.LeftBehind);
        });
        return command;
    }

    /// <summary>How to start this program as the guard of <paramref name="session"/> on <paramref name="access"/>.</summary>
    public static GuardLaunch Launch(NodeAccess access, string session)
    {
        var program = Environment.ProcessPath ?? "plumb";
        var arguments = new List<string>();
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            arguments.Add(Path.Combine(AppContext.BaseDirectory, "plumb.dll"));
        }
        arguments.AddRange(["guard", _session.Name, session]);
        Add(NodeOptions.Namespace, Full(access.NamespaceFile));
        Add(NodeOptions.NamespaceDirectory, Full(access.NamespaceDirectory));
        Add(NodeOptions.OvsRunDirectory, Full(access.OvsRunDirectory));
        Add(NodeOptions.StateDirectory, Full(access.StateDirectory));
        Add(NodeOptions.Ovsdb, access.Ovsdb?.ToString());
        Add(NodeOptions.PrivateKey, Full(access.OvsdbOptions.PrivateKeyFile));
        Add(NodeOptions.Certificate, Full(access.OvsdbOptions.CertificateFile));
        Add(NodeOptions.Authority, Full(access.OvsdbOptions.AuthorityFile));
        return new(program, arguments);

        void Add(Option option, string? value)
        {
            if (value is not null)
            {
                arguments.AddRange([option.Name, value]);
            }
        }

        // the guard lives in / so as not to hold anybody's folder
        static string? Full(string? path) => path is null ? null : Path.GetFullPath(path);
    }

    /// <summary>To the terminal of the killed capture, where it still listens.</summary>
    private static void Tell(CliConsole console, CleanupResult cleanup)
    {
        try
        {
            if (cleanup.Removed.Count > 0)
            {
                console.Note($"the capture was killed; removed (verified): {string.Join(", ", cleanup.Removed)}");
            }
            foreach (var left in cleanup.Left)
            {
                console.Error.WriteLine(new Problem($"left behind: {left.What}", left.Why, left.Command));
            }
        }
        catch (IOException)
        {
            return; // the terminal is gone; the exit status tells whoever asks
        }
    }
}
