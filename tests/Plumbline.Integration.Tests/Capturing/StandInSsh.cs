namespace Plumbline.Integration.Tests.Capturing;

/// <summary>
/// A program in the place of ssh: drops options and host, and runs the command here in a session of its own, so that it ends by what comes
/// over its pipes alone, as behind a real sshd.
/// </summary>
internal static class StandInSsh
{
    private const string Script = """
        #!/bin/sh
        while [ "${1#-}" != "$1" ]; do case $1 in -o) shift 2;; *) shift;; esac; done
        shift
        exec setsid /bin/sh -c "$1"

        """;

    /// <summary>Writes it.</summary>
    public static string Write(string folder)
    {
        var path = Path.Combine(folder, "ssh");
        File.WriteAllText(path, Script.ReplaceLineEndings("\n"));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
