using System.CommandLine;
using Plumbline.Node;
using Plumbline.Ovsdb;

namespace Plumbline.Cli;

/// <summary>Options that say which node is meant; every command has them.</summary>
internal static class NodeOptions
{
    /// <summary>Work on the lab.</summary>
    public static Option<bool> Lab { get; } = new("--lab")
    {
        Description = "Work on the lab (plumb lab up) as on a real node",
        Recursive = true,
    };

    /// <summary>Which of the lab's nodes.</summary>
    public static Option<string?> Node { get; } = new("--node")
    {
        Description = "Which of the lab's nodes (default: the first)",
        HelpName = "NAME",
        Recursive = true,
    };

    /// <summary>The lab's folder.</summary>
    public static Option<string?> LabDirectory { get; } = new("--lab-dir")
    {
        Description = "The lab's folder (default: $PLUMB_LAB, else /run/plumb/lab)",
        HelpName = "DIR",
        Recursive = true,
        Hidden = true,
    };

    /// <summary>Where ovsdb-server listens.</summary>
    public static Option<string?> Ovsdb { get; } = new("--ovsdb")
    {
        Description = "Where ovsdb-server listens: unix:PATH, tcp:HOST:PORT or ssl:HOST:PORT (default: db.sock of --ovs-rundir)",
        HelpName = "ENDPOINT",
        Recursive = true,
    };

    /// <summary>PEM files for ssl:.</summary>
    public static Option<string?> PrivateKey { get; } = new("--private-key")
    {
        Description = "PEM file with our key, for ssl:",
        HelpName = "FILE",
        Recursive = true,
        Hidden = true,
    };

    /// <inheritdoc cref="PrivateKey"/>
    public static Option<string?> Certificate { get; } = new("--certificate")
    {
        Description = "PEM file with our certificate, for ssl:",
        HelpName = "FILE",
        Recursive = true,
        Hidden = true,
    };

    /// <inheritdoc cref="PrivateKey"/>
    public static Option<string?> Authority { get; } = new("--ca-cert")
    {
        Description = "PEM file with the CA of the server's certificate, for ssl:",
        HelpName = "FILE",
        Recursive = true,
        Hidden = true,
    };

    /// <summary>nsfs file of the node's own namespace.</summary>
    public static Option<string?> Namespace { get; } = new("--netns")
    {
        Description = "File of the node's own network namespace (default: this process's)",
        HelpName = "FILE",
        Recursive = true,
        Hidden = true,
    };

    /// <summary>Folder of named namespaces.</summary>
    public static Option<string?> NamespaceDirectory { get; } = new("--netns-dir")
    {
        Description = "Folder of named namespaces (default: /run/netns)",
        HelpName = "DIR",
        Recursive = true,
        Hidden = true,
    };

    /// <summary>Where Open vSwitch keeps its sockets.</summary>
    public static Option<string?> OvsRunDirectory { get; } = new("--ovs-rundir")
    {
        Description = "Where Open vSwitch keeps sockets and pid files (default: /var/run/openvswitch)",
        HelpName = "DIR",
        Recursive = true,
        Hidden = true,
    };

    /// <summary>Folder with libvirt domain XML.</summary>
    public static Option<string[]> LibvirtDirectory { get; } = new("--libvirt-dir")
    {
        Description = "Folder with libvirt domain XML (default: /run/libvirt/qemu, /etc/libvirt/qemu)",
        HelpName = "DIR",
        Recursive = true,
        Hidden = true,
    };

    /// <summary>Where our own state is.</summary>
    public static Option<string?> StateDirectory { get; } = new("--state-dir")
    {
        Description = "Where plumb keeps its own state (default: /run/plumb)",
        HelpName = "DIR",
        Recursive = true,
        Hidden = true,
    };

    /// <summary>Another machine: <see cref="RemoteCall"/> takes it out before anything is parsed; here for the help alone.</summary>
    public static Option<string?> Host { get; } = new("--host")
    {
        Description = "Run this command on USER@NODE over ssh; its answer, and a capture's file, come here (docs/remote.md)",
        HelpName = "USER@NODE",
        Recursive = true,
    };

    /// <summary>With <see cref="Host"/>.</summary>
    public static Option<bool> Push { get; } = new("--push")
    {
        Description = "With --host: copy this program there where it is missing",
        Recursive = true,
        Hidden = true,
    };

    /// <summary>With <see cref="Host"/>.</summary>
    public static Option<bool> Sudo { get; } = new("--sudo")
    {
        Description = "With --host: as root there, by sudo without a question (sudo -n)",
        Recursive = true,
        Hidden = true,
    };

    /// <summary>All of them, for the root command.</summary>
    public static IReadOnlyList<Option> All { get; } =
    [
        Lab, Node, LabDirectory, Ovsdb, PrivateKey, Certificate, Authority, Namespace, NamespaceDirectory, OvsRunDirectory, LibvirtDirectory,
        StateDirectory, Host, Push, Sudo,
    ];

    /// <summary>
    /// The node that the command line means: the lab's with <c>--lab</c>, <c>--node</c> or inside <c>plumb lab exec</c>, or where this
    /// machine runs no Open vSwitch but a lab (then a note says so); this machine otherwise.
    /// </summary>
    public static NodeAccess Resolve(ParseResult result, CliConsole console)
    {
        var access = ResolveLab(result, console) ?? new NodeAccess();
        return access with
        {
            NamespaceFile = result.GetValue(Namespace) ?? access.NamespaceFile,
            NamespaceDirectory = result.GetValue(NamespaceDirectory) ?? access.NamespaceDirectory,
            OvsRunDirectory = result.GetValue(OvsRunDirectory) ?? access.OvsRunDirectory,
            LibvirtDirectories = result.GetValue(LibvirtDirectory) is { Length: > 0 } directories
                ? directories
                : access.LibvirtDirectories,
            StateDirectory = result.GetValue(StateDirectory) ?? access.StateDirectory,
            LastingDirectory = result.GetValue(StateDirectory) ?? access.LastingDirectory,
            Ovsdb = result.GetValue(Ovsdb) is { } endpoint ? OvsdbEndpoint.Parse(endpoint) : access.Ovsdb,
            OvsdbOptions = access.OvsdbOptions with
            {
                PrivateKeyFile = result.GetValue(PrivateKey),
                CertificateFile = result.GetValue(Certificate),
                AuthorityFile = result.GetValue(Authority),
            },
        };
    }

    private static NodeAccess? ResolveLab(ParseResult result, CliConsole console)
    {
        var node = result.GetValue(Node)
            ?? (Environment.GetEnvironmentVariable(Operations.Labs.Lab.NodeVariable) is { Length: > 0 } variable ? variable : null);
        var directory = result.GetValue(LabDirectory);
        if (result.GetValue(Lab) || node is not null || directory is not null)
        {
            return Operations.Labs.Lab.Get(directory).FindNode(node).Access;
        }
        var machine = new NodeAccess();
        if (result.GetValue(Ovsdb) is not null || result.GetValue(OvsRunDirectory) is not null
            || File.Exists($"{machine.OvsRunDirectory}/db.sock")
            || Operations.Labs.Lab.Find() is not { } lab)
        {
            return null;
        }
        console.Note($"no Open vSwitch on this machine, so this is the lab's {lab.Nodes[0].Name} (--lab)");
        return lab.Nodes[0].Access;
    }
}
