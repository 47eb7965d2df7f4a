using Plumbline.Diagnosis.Mirrors.Lasting;
using Plumbline.Linux;
using Plumbline.Node;
using Plumbline.Primitives;

namespace Plumbline.Operations.Mirroring.Lasting;

/// <summary>
/// The files of a node's lasting mirrors: what is wanted (a file a mirror, <c>NAME.json</c>; in /var/lib/plumb, those with a keeper of their own
/// in /run/plumb, which a reboot empties), and in /run/plumb which process keeps it, and what went wrong the last time.
/// </summary>
public sealed class LastingStore(NodeAccess access)
{
    /// <summary>The keeper's name of the service, which keeps all but those with a keeper of their own.</summary>
    public const string Service = "service";

    private string Lasting => $"{access.LastingDirectory}/mirrors";

    private string Running => $"{access.StateDirectory}/mirrors";

    /// <summary>The folder of keepers and troubles.</summary>
    private string Keepers => $"{access.StateDirectory}/keepers";

    /// <summary>Where the wanted ones are; the same folder twice only once.</summary>
    public IReadOnlyList<string> Folders => Lasting == Running ? [Lasting] : [Lasting, Running];

    /// <summary>The name under which the keeper of <paramref name="mirror"/> is known.</summary>
    public static string KeeperOf(LastingMirror mirror) => mirror.HasOwnKeeper ? $"mirror-{mirror.Name}" : Service;

    /// <summary>All wanted mirrors by name, and what is wrong with files that are none.</summary>
    public (IReadOnlyList<LastingMirror> Mirrors, IReadOnlyList<Problem> Damaged) Read()
    {
        var mirrors = new SortedDictionary<string, LastingMirror>(StringComparer.Ordinal);
        var damaged = new List<Problem>();
        foreach (var file in Folders.Where(Directory.Exists).SelectMany(f => Directory.GetFiles(f, "*.json")))
        {
            try
            {
                var mirror = LastingFile.Parse(File.ReadAllBytes(file), file);
                mirrors.TryAdd(mirror.Name, mirror);
            }
            catch (FileNotFoundException)
            {
                continue; // removed between the list and the look
            }
            catch (OperationsException exception)
            {
                damaged.Add(exception.Problem);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                damaged.Add(LastingMirrorProblems.DamagedFile(file, exception.Message).Problem);
            }
        }
        return ([.. mirrors.Values], damaged);
    }

    /// <summary>The wanted mirror of that name; null where there is none.</summary>
    public LastingMirror? Find(string name) => Read().Mirrors.FirstOrDefault(m => m.Name == name);

    /// <summary>How all wanted ones are kept.</summary>
    public IReadOnlyList<KeptMirror> ReadKept() =>
        [.. Read().Mirrors.Select(m => new KeptMirror(m, KeeperAlive(KeeperOf(m)) is not null, ReadTrouble(m.Name)))];

    /// <summary>Writes a neighbour and renames it: the file is whole, or not there.</summary>
    /// <exception cref="OperationsException">The folder cannot be written.</exception>
    public void Save(LastingMirror mirror) => Write(FileOf(mirror), LastingFile.Write(mirror));

    /// <summary>It is wanted no more.</summary>
    public void Delete(LastingMirror mirror)
    {
        try
        {
            File.Delete(FileOf(mirror));
            File.Delete(TroubleFile(mirror.Name));
        }
        catch (DirectoryNotFoundException)
        {
            return; // then it is not there
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw LastingMirrorProblems.CannotWrite(FileOf(mirror), exception);
        }
    }

    /// <summary>The process that keeps under that name; null where none lives.</summary>
    public ProcessIdentity? KeeperAlive(string keeper)
    {
        try
        {
            return ProcessIdentity.TryParse(File.ReadAllText(KeeperFile(keeper)).Trim()) is { IsAlive: true } alive ? alive : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // never written, or not for us to see
        }
    }

    /// <summary>This process keeps under that name, until the returned object is disposed of.</summary>
    /// <exception cref="OperationsException">Another one does.</exception>
    public IDisposable BecomeKeeper(string keeper)
    {
        FileStream held;
        try
        {
            Directory.CreateDirectory(Keepers);
            held = new FileStream($"{KeeperFile(keeper)}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw KeeperAlive(keeper) is { } other
                ? LastingMirrorProblems.KeptAlready(keeper, other.Pid)
                : LastingMirrorProblems.CannotWrite(KeeperFile(keeper), exception);
        }
        Write(KeeperFile(keeper), System.Text.Encoding.ASCII.GetBytes($"{ProcessIdentity.Current}\n"));
        return held; // the kernel frees the lock however this process ends
    }

    /// <summary>What the keeper could not do the last time; null where all went well.</summary>
    public string? ReadTrouble(string name) => ReadTroubleLines(name) is [var what, ..] ? what : null;

    /// <summary>How to mend <see cref="ReadTrouble"/>; null where nothing was said of that.</summary>
    public string? ReadTroubleFix(string name) => ReadTroubleLines(name) is [_, { Length: > 0 } fix, ..] ? fix : null;

    private string[]? ReadTroubleLines(string name)
    {
        try
        {
            return File.ReadAllLines(TroubleFile(name));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // there is none
        }
    }

    /// <summary>Tells others; null: all is well.</summary>
    public void WriteTrouble(string name, string? trouble, string? fix = null)
    {
        if (trouble is not null)
        {
            Write(TroubleFile(name), System.Text.Encoding.UTF8.GetBytes($"{OneLine(trouble)}\n{OneLine(fix ?? "")}\n"));
        }
        else if (Directory.Exists(Keepers))
        {
            File.Delete(TroubleFile(name));
        }
    }

    private string FileOf(LastingMirror mirror) => $"{(mirror.HasOwnKeeper ? Running : Lasting)}/{mirror.Name}.json";

    private string KeeperFile(string keeper) => $"{Keepers}/{keeper}";

    private string TroubleFile(string name) => $"{Keepers}/{name}.trouble";

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private static void Write(string path, byte[] bytes)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!); // the paths above have one
            File.WriteAllBytes(path + ".new", bytes);
            File.Move(path + ".new", path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw LastingMirrorProblems.CannotWrite(path, exception);
        }
    }
}
