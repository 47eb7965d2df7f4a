using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Plumbline.Linux.Native;

namespace Plumbline.Linux.Processes;

/// <summary>Becomes another program (execve(2)).</summary>
public static class ProcessReplacement
{
    /// <summary>
    /// Replaces this process, all its threads included, by <paramref name="file"/>: same pid, terminal, and standard streams. The
    /// new program is in the namespaces of the calling thread, whichever thread that is. Nothing of ours runs any more: no
    /// <c>finally</c>, no <c>Dispose</c>; files close because they are CLOEXEC.
    /// </summary>
    /// <param name="file">Name or path, see <see cref="Programs.Find(string)"/>.</param>
    /// <param name="arguments">Without the program's own name.</param>
    /// <param name="environment">Added to ours.</param>
    /// <exception cref="LinuxException">It is not installed (ENOENT) or may not be run. Only then does this return.</exception>
    [DoesNotReturn]
    public static void Exec(
        string file, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var path = Programs.Require(file);
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            variables[(string)entry.Key] = (string?)entry.Value ?? "";
        }
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            variables[name] = value;
        }
        // the runtime ignores SIGPIPE, and "ignored" would outlive execve: `yes | head` would no longer end
        var handler = Libc.signal(Libc.SIGPIPE, Libc.SIG_DFL);
        var argv = Vector([file, .. arguments]);
        var envp = Vector([.. variables.Select(variable => $"{variable.Key}={variable.Value}")]);
        Libc.execve(path, argv, envp);
        var errno = Libc.Errno;
        _ = Libc.signal(Libc.SIGPIPE, handler);
        Free(argv);
        Free(envp);
        throw Problems.CannotRun(path, errno, null);
    }

    /// <summary>Pointers to zero-ended UTF-8, a null pointer last.</summary>
    private static nint[] Vector(IReadOnlyList<string> texts) =>
        [.. texts.Select(Marshal.StringToCoTaskMemUTF8), 0];

    private static void Free(nint[] vector)
    {
        foreach (var text in vector)
        {
            Marshal.FreeCoTaskMem(text);
        }
    }
}
