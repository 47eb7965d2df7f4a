using Plumbline.Linux;
using Plumbline.Neutron.SecurityGroups;

namespace Plumbline.Operations.Enforcing;

/// <summary>
/// What was before, kept in a folder while a change is under way: whoever finds it with its owner dead (the guard, or the next run)
/// puts that back.
/// </summary>
internal sealed class EnforcingJournal
{
    private EnforcingJournal(string folder) => Folder = folder;

    public string Folder { get; }

    /// <summary>Makes the folder, in which nothing is told yet.</summary>
    public static EnforcingJournal Create(string stateDirectory)
    {
        var folder = Path.Combine(stateDirectory, $"apply-{ProcessIdentity.Current.ToString().Replace('/', '-')}");
        Keep(folder, () => Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        return new(folder);
    }

    /// <summary>Writes what is now. Nothing may be changed before.</summary>
    /// <exception cref="OperationsException">The disk does not take it.</exception>
    public void Write(LiveState live, string wrap, string? variant, string? namespaceFile) => Keep(Folder, () =>
    {
        File.WriteAllBytes(Path.Combine(Folder, "iptables-save"), live.SavedIPv4.Span);
        File.WriteAllBytes(Path.Combine(Folder, "ip6tables-save"), live.SavedIPv6.Span);
        File.WriteAllBytes(Path.Combine(Folder, "ipset-save"), live.SavedSets.Span);
        // last, since without it the folder counts as unfinished
        File.WriteAllText(Path.Combine(Folder, "owner"), string.Join('\n', ProcessIdentity.Current, wrap, variant ?? "", namespaceFile ?? ""));
    });

    private static void Keep(string folder, Action keep)
    {
        try
        {
            keep();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw EnforcingProblems.NoState(folder, exception.Message);
        }
    }

    /// <summary>Journals whose owner is dead, of one namespace.</summary>
    public static IReadOnlyList<EnforcingJournal> FindAbandoned(string stateDirectory, string? namespaceFile) => Directory.Exists(stateDirectory)
        ?
        [
            .. Directory.EnumerateDirectories(stateDirectory, "apply-*").Select(d => new EnforcingJournal(d))
                .Where(j => j.Read() is { } told && !told.Owner.IsAlive && told.NamespaceFile == (namespaceFile ?? "")),
        ]
        : [];

    public static EnforcingJournal Open(string folder) => new(folder);

    /// <summary>Who wrote it; null where it is unfinished or gone.</summary>
    public Entry? Read()
    {
        try
        {
            var lines = File.ReadAllLines(Path.Combine(Folder, "owner"));
            return lines.Length >= 3 && ProcessIdentity.TryParse(lines[0]) is { } owner
                ? new(owner, lines[1], lines[2] is "" ? null : lines[2], lines.Length > 3 ? lines[3] : "")
                : null;
        }
        catch (IOException)
        {
            return null; // not written whole, so nothing was changed yet; or removed by who finished
        }
    }

    /// <summary>The state before.</summary>
    public LiveState ReadState(string wrap)
    {
        var (ipv4, ipv6) = (Bytes("iptables-save"), Bytes("ip6tables-save"));
        return new(FirewallSnapshot.Parse(ipv4, false, wrap), FirewallSnapshot.Parse(ipv6, true, wrap), ipv4, ipv6, Bytes("ipset-save"));
    }

    public void End()
    {
        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            return; // whoever else recovered was as quick
        }
    }

    private ReadOnlyMemory<byte> Bytes(string name) => File.ReadAllBytes(Path.Combine(Folder, name));

    public sealed record Entry(ProcessIdentity Owner, string Wrap, string? Variant, string NamespaceFile);
}
