using System.CommandLine;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;

namespace Plumbline.Cli;

/// <summary>Options of every question: where the facts come from.</summary>
internal static class QuestionOptions
{
    private const string FromDescription = "Ask a file, not the live node: a snapshot (plumb snapshot), a sosreport, a folder of command "
        + "outputs, or pasted text such as `ovs-vsctl show`; - is standard input (docs/sources.md)";

    /// <summary>A file in place of the live node.</summary>
    public static Option<string?> CreateFrom() => new("--from")
    {
        Description = FromDescription,
        HelpName = "FILE",
    };

    /// <summary>As <see cref="CreateFrom"/>, for questions that take several nodes.</summary>
    public static Option<string[]> CreateFromSeveral() => new("--from")
    {
        Description = FromDescription + "; several times for several nodes",
        HelpName = "FILE",
    };

    /// <summary>The facts: of <paramref name="from"/> where given, else of the live node that the command line means.</summary>
    public static Task<NodeSnapshot> ReadAsync(
        ParseResult result, string? from, CliConsole console, CancellationToken cancellationToken) =>
        ReadAsync(result, from, SnapshotScope.Topology | SnapshotScope.GuestAddresses, console, cancellationToken);

    /// <summary>The facts, of a live node as many as <paramref name="scope"/> says.</summary>
    public static async Task<NodeSnapshot> ReadAsync(
        ParseResult result, string? from, SnapshotScope scope, CliConsole console, CancellationToken cancellationToken) =>
        from is not null
            ? ReadOffline(from)
            : await LiveNode.ReadAsync(NodeOptions.Resolve(result, console), scope, cancellationToken);

    /// <summary>One node's facts from files, its VMs named as the cloud's API beside them does.</summary>
    public static NodeSnapshot ReadOffline(string from) => CloudFiles.Name(new([OfflineNode.Read(from)]), [from]).Nodes[0];
}
