using Plumbline.Linux;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources;

public static partial class LiveNode
{
    private const int OperationNotPermitted = 1;
    private const int NoSuchFile = 2;
    private const int AccessDenied = 13;

    /// <summary>The node's namespaces, found but not entered. Needs no permission but to read the folder.</summary>
    private sealed record FoundNamespaces
    {
        /// <summary>The nsfs file of the node's own; null: the one this process is in.</summary>
        public string? OwnFile { get; init; }

        /// <summary>Its inode; null where it cannot be opened.</summary>
        public ulong? OwnInode { get; init; }

        /// <summary>The named ones but the node's own, each once, by name.</summary>
        public required IReadOnlyList<NamedNamespace> Named { get; init; }

        /// <summary>The folder they are in.</summary>
        public required string Folder { get; init; }

        /// <summary>What was not as it should be in that folder.</summary>
        public IReadOnlyList<string> Oddities { get; init; } = [];

        /// <summary>The folder cannot be read, or does not exist.</summary>
        public SourceReport? Failure { get; init; }
    }

    private static FoundNamespaces FindNamespaces(NodeAccess access)
    {
        var own = InodeOf(access.NamespaceFile);
        var found = new FoundNamespaces
        {
            OwnFile = access.NamespaceFile,
            OwnInode = own,
            Named = [],
            Folder = access.NamespaceDirectory,
        };
        NamedNamespaces listed;
        try
        {
            listed = NetworkNamespace.ListNamed(access.NamespaceDirectory);
        }
        catch (LinuxException exception)
        {
            return found with { Failure = NamespaceFailure(access.NamespaceDirectory, exception) };
        }
        if (listed is { Namespaces: [], Skipped: [] })
        {
            return found with
            {
                Failure = new()
                {
                    Source = "namespaces",
                    Where = access.NamespaceDirectory,
                    Outcome = SourceOutcome.Read,
                    Detail = "no named network namespaces",
                },
            };
        }
        var oddities = new List<string>();
        var named = new List<NamedNamespace>(listed.Namespaces.Count);
        var seen = new Dictionary<ulong, string>();
        foreach (var candidate in listed.Namespaces)
        {
            if (candidate.Inode == own)
            {
                continue;
            }
            if (seen.TryAdd(candidate.Inode, candidate.Name))
            {
                named.Add(candidate);
            }
            else
            {
                oddities.Add($"{candidate.Name} is another name of {seen[candidate.Inode]}");
            }
        }
        foreach (var skipped in listed.Skipped)
        {
            oddities.Add($"{skipped.Name}: {skipped.Problem.What}");
        }
        return found with { Named = named, Oddities = oddities };
    }

    private static ulong? InodeOf(string? file)
    {
        try
        {
            using var opened = Open(file);
            return opened.Inode;
        }
        catch (LinuxException)
        {
            return null;    // reading its links will say why
        }
    }

    private static NetworkNamespace Open(string? file) =>
        file is null ? NetworkNamespace.OpenCurrent() : NetworkNamespace.Open(file);

    private static SourceReport NamespaceFailure(string where, LinuxException exception) => new()
    {
        Source = "namespaces",
        Where = where,
        Outcome = OutcomeOf(exception),
        Detail = exception.Problem.What,
        Consequence = "what is in network namespaces (routers, DHCP servers) is not known: run as root",
    };

    private static SourceOutcome OutcomeOf(LinuxException exception) => exception.Errno switch
    {
        OperationNotPermitted or AccessDenied => SourceOutcome.Forbidden,
        NoSuchFile => SourceOutcome.Absent,
        _ => SourceOutcome.Failed,
    };
}
