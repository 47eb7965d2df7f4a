using System.Globalization;
using Plumbline.Linux;
using Plumbline.Node;
using Plumbline.Operations.Mirroring;
using Plumbline.Operations.Mirroring.Lasting;
using Plumbline.Ovsdb;
using Plumbline.Primitives;

namespace Plumbline.Cli.Commands;

/// <summary>
/// <c>plumb guard</c>, hidden: removes a capture's mirror, or lasting ones, when the process that kept them was killed. Started by its guard; its arguments
/// are <c>NAME=VALUE</c>, readable in a list of processes.
/// </summary>
internal static class GuardCommand
{
    /// <summary>The first argument.</summary>
    public const string Name = "guard";

    /// <summary>Removes the session of a capture that is gone.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CliConsole console)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 1; i < arguments.Count; i++)
        {
            var equals = arguments[i].IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                values[arguments[i][..equals]] = arguments[i][(equals + 1)..];
            }
        }
        var keeper = values.GetValueOrDefault("keeper");
        var session = values.GetValueOrDefault("session") ?? "";
        if (keeper is null && session.Length == 0
            || ProcessIdentity.TryParse(values.GetValueOrDefault("owner")) is not { } owner)
        {
            console.Error.WriteLine(new Problem("plumb guard is started by plumb capture, not by hand", null, "plumb mirror gc removes leftovers"));
            return (int)ExitStatus.BadInput;
        }
        var patience = int.TryParse(values.GetValueOrDefault("patience"), out var seconds) ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        try
        {
            var cleanup = keeper is null
                ? await SessionGuard.RunAsync(Access(values), session, owner, patience, Guarded(values))
                : await LastingGuard.RunAsync(Access(values), keeper, owner, Guarded(values));
            // what a first, short try could not do is not left behind yet
            Tell(console, keeper is null && patience is not null ? new(cleanup.Removed, []) : cleanup, keeper is null);
            return (int)(cleanup.IsClean ? ExitStatus.Fine : ExitStatus.LeftBehind);
        }
        catch (ProblemException exception)
        {
            console.Error.WriteLine(exception.Problem.ToString());
            return (int)exception.Status;
        }
    }

    /// <summary>How to start this program as the guard of <paramref name="session"/> on <paramref name="access"/>.</summary>
    public static GuardLaunch Launch(NodeAccess access, string session) => Launch(access, "session", session);

    /// <summary>How to start this program as the guard of a keeper of lasting mirrors.</summary>
    public static GuardLaunch LaunchForKeeper(NodeAccess access, string keeper) => Launch(access, "keeper", keeper);

    private static GuardLaunch Launch(NodeAccess access, string what, string which)
    {
        var program = Environment.ProcessPath ?? "plumb";
        var arguments = new List<string>();
        var guarded = GuardedNode.Of(access);
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            arguments.Add(Path.Combine(AppContext.BaseDirectory, "plumb.dll"));
        }
        arguments.Add(Name);
        Add(what, which);
        Add("owner", ProcessIdentity.Current.ToString());
        Add("netns", Full(access.NamespaceFile));
        Add("netns-inode", guarded.NamespaceInode?.ToString(CultureInfo.InvariantCulture));
        Add("ovs-rundir", Full(access.OvsRunDirectory));
        Add("state-dir", Full(access.StateDirectory));
        Add("lasting-dir", Full(access.LastingDirectory));
        Add("ovsdb", access.Ovsdb?.ToString());
        Add("database", guarded.DatabaseFile);
        Add("ovsdb-server", guarded.Server?.ToString());
        Add("private-key", Full(access.OvsdbOptions.PrivateKeyFile));
        Add("certificate", Full(access.OvsdbOptions.CertificateFile));
        Add("ca-cert", Full(access.OvsdbOptions.AuthorityFile));
        return new(program, arguments);

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                arguments.Add($"{name}={value}");
            }
        }

        // the guard lives in / so as not to hold anybody's folder
        static string? Full(string? path) => path is null ? null : Path.GetFullPath(path);
    }

    private static GuardedNode Guarded(Dictionary<string, string> values) => new()
    {
        NamespaceInode = ulong.TryParse(values.GetValueOrDefault("netns-inode"), CultureInfo.InvariantCulture, out var inode)
            ? inode
            : null,
        DatabaseFile = values.GetValueOrDefault("database"),
        Server = ProcessIdentity.TryParse(values.GetValueOrDefault("ovsdb-server")),
    };

    private static NodeAccess Access(Dictionary<string, string> values)
    {
        var access = new NodeAccess();
        return access with
        {
            NamespaceFile = values.GetValueOrDefault("netns"),
            OvsRunDirectory = values.GetValueOrDefault("ovs-rundir") ?? access.OvsRunDirectory,
            StateDirectory = values.GetValueOrDefault("state-dir") ?? access.StateDirectory,
            LastingDirectory = values.GetValueOrDefault("lasting-dir") ?? access.LastingDirectory,
            Ovsdb = values.TryGetValue("ovsdb", out var endpoint) ? OvsdbEndpoint.Parse(endpoint) : null,
            OvsdbOptions = access.OvsdbOptions with
            {
                PrivateKeyFile = values.GetValueOrDefault("private-key"),
                CertificateFile = values.GetValueOrDefault("certificate"),
                AuthorityFile = values.GetValueOrDefault("ca-cert"),
            },
        };
    }

    /// <summary>To the terminal of the killed capture, where it still listens.</summary>
    private static void Tell(CliConsole console, CleanupResult cleanup, bool isCapture)
    {
        try
        {
            if (cleanup.Removed.Count > 0)
            {
                console.Note($"{(isCapture ? "the capture" : "what kept the mirrors")} was killed; removed (verified): {string.Join(", ", cleanup.Removed)}");
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
