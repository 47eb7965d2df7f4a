using System.Text;
using Plumbline.Primitives;

namespace Plumbline.Node;

/// <summary>The sentences a user reads about snapshots and what <c>--from</c> was given.</summary>
internal static class Problems
{
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;

    public static Problem CannotWrite(string path, Exception cause) => new(
        $"cannot write the snapshot \"{path}\": {Words(cause)}",
        path,
        cause switch
        {
            UnauthorizedAccessException => "choose a folder that you may write to, or run with sudo",
            DirectoryNotFoundException => "make that folder first, or choose another with -o",
            { HResult: NoSpace or QuotaExceeded } => "free some space, or choose another disk with -o; no half file was left behind",
            _ => "choose another path with -o",
        });

    public static Problem CannotRead(string name, Exception cause) => new(
        $"cannot read \"{name}\": {Words(cause)}",
        $"--from {name}",
        cause switch
        {
            UnauthorizedAccessException => "run as a user who may read it, or with sudo",
            FileNotFoundException or DirectoryNotFoundException => "check the path",
            _ => "check the file and the disk it is on",
        });

    public static Problem NoSnapshot(string name) => new(
        $"\"{name}\" is not a snapshot of plumb: it does not start with the line \"plumb-snapshot N\"",
        $"--from {name}",
        "make one with: plumb snapshot -o FILE");

    public static Problem NewerSnapshot(string name, int version) => new(
        $"\"{name}\" was written by a newer plumb: snapshot version {version}, this plumb reads up to {SnapshotFile.Version}",
        $"--from {name}",
        "use that newer plumb, or take the snapshot again with this one");

    public static Problem Damaged(string name, string words) => new(
        $"the snapshot \"{name}\" is damaged or cut off: {Printable.Escape(words)}",
        $"--from {name}",
        "copy the file again (in binary mode), or take the snapshot again");

    public static Problem NothingKnown(string name, IEnumerable<string> understood) => new(
        $"nothing in \"{name}\" is understood",
        $"--from {name}",
        $"give a snapshot of plumb, or text (also with prose around it) as printed by:{Wrapped(understood)}");

    /// <summary>A long list in lines that a terminal holds, indented like the words before it.</summary>
    private static string Wrapped(IEnumerable<string> words)
    {
        const int Width = 100;
        const string Indent = "\n         ";
        var text = new StringBuilder();
        var length = Width;
        foreach (var word in words.SelectMany(w => w.Split(", ")).Distinct())
        {
            var isFirst = text.Length == 0;
            if (length + word.Length + 2 > Width)
            {
                text.Append(isFirst ? Indent : "," + Indent);
                length = word.Length;
            }
            else
            {
                text.Append(", ");
                length += word.Length + 2;
            }
            text.Append(word);
        }
        return text.ToString();
    }

    public static Problem SeveralNodes(string name, IEnumerable<string> hosts) => new(
        $"\"{name}\" tells of several nodes: {string.Join(", ", hosts.Select(Printable.Escape))}",
        $"--from {name}",
        "give one node at a time, or ask a question that takes several (plumb topology)");

    public static Problem ToldTwice(string host, string first, string second) => new(
        $"node {Printable.Escape(host)} is told twice: by \"{first}\" and by \"{second}\"",
        $"--from {second}",
        "give one of them; where each tells a part, put the files into one folder and give that: a folder is one node");

    public static Problem DamagedArchive(string name, string words) => new(
        $"the archive \"{name}\" is damaged or cut off: {Printable.Escape(words)}",
        $"--from {name}",
        "copy it again (in binary mode), or unpack what can be unpacked and give the folder");

    public static Problem NoUnpacker(string name, string program) => new(
        $"\"{name}\" is packed with {program}, and the program {program} is not installed",
        $"--from {name}",
        $"install {(program == "xz" ? "xz-utils" : program)}, or unpack it elsewhere and give the folder");

    public static Problem TooLarge(string name, long limit) => new(
        $"\"{name}\" is larger than {limit >> 20} MiB, which no command's output is",
        $"--from {name}",
        "cut out what the commands printed");

    /// <summary>The system's words for what went wrong, without the path that .NET adds and on one line.</summary>
    public static string Words(Exception cause)
    {
        var text = cause.Message;
        var end = text.IndexOf(" : '", StringComparison.Ordinal);
        text = end > 0 ? text[..end] : text;
        return cause switch
        {
            FileNotFoundException or DirectoryNotFoundException => "No such file or directory",
            UnauthorizedAccessException => "Permission denied",
            _ => text.TrimEnd('.').ReplaceLineEndings(" "),
        };
    }
}
