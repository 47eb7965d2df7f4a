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

    /// <summary>Writes what is now.</summary>
    public static EnforcingJournal Begin(string stateDirectory, LiveState live, string wrap, string? variant, string? namespaceFile)
    {
        var folder = Path.Combine(stateDirectory, $"apply-{ProcessIdentity.Current.ToString().Replace('/', '-')}");
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(Path.Combine(folder, "iptables-save"), live.SavedIPv4);
        File.WriteAllText(Path.Combine(folder, "ip6tables-save"), live.SavedIPv6);
        File.WriteAllText(Path.Combine(folder, "ipset-save"), live.SavedSets);
        // last, since without it the folder counts as unfinished
        File.WriteAllText(Path.Combine(folder, "owner"), string.Join('\n', ProcessIdentity.Current, wrap, variant ?? "", namespaceFile ?? ""));
        return new(folder);
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
        var (ipv4, ipv6) = (Text("iptables-save"), Text("ip6tables-save"));
        return new(FirewallSnapshot.Parse(ipv4, false, wrap), FirewallSnapshot.Parse(ipv6, true, wrap), ipv4, ipv6, Text("ipset-save"));
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

    private string Text(string name) => File.ReadAllText(Path.Combine(Folder, name));

    public sealed record Entry(ProcessIdentity Owner, string Wrap, string? Variant, string NamespaceFile);
}
