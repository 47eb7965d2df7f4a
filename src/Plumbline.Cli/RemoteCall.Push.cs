using System.Diagnostics;

namespace Plumbline.Cli;

internal sealed partial record RemoteCall
{
    private const string PushFolder = ".cache/plumb";

    /// <summary>Says whether plumb is there; if not, or where an earlier push left another version, whether .NET is (status 1) or is not (2).</summary>
    private static readonly string _askForPlumb =
        $"command -v plumb >/dev/null || [ \"$(\"$HOME/{PushFolder}/plumb\" --version 2>/dev/null)\" = \"plumb {CliApplication.Version}\" ] "
        + "|| { command -v dotnet >/dev/null && exit 1; exit 2; }";

    /// <summary>The folder's content comes as a tar file, and takes the old folder's place when it is whole.</summary>
    private const string Unpack =
        "d=\"$HOME/" + PushFolder + "\"; umask 077; rm -rf \"$d.new\"; mkdir -p \"$d.new\" && tar -xf - -C \"$d.new\" && rm -rf \"$d\" && mv \"$d.new\" \"$d\"";

    /// <summary>Copies this program, with the files beside it that it needs, where there is none.</summary>
    private async Task PushAsync(CliConsole console, CancellationToken cancellationToken)
    {
        var folder = Path.GetDirectoryName(Environment.ProcessPath) ?? "";
        if (!System.IO.File.Exists(Path.Combine(folder, "plumb")))
        {
            throw new CliException(new("this plumb was not started by its own program file, so it cannot be copied", "--push", "start ./plumb"));
        }
        var needsRuntime = System.IO.File.Exists(Path.Combine(folder, "plumb.dll")) && !System.IO.File.Exists(Path.Combine(folder, "libcoreclr.so"));
        using (var asking = Start(_askForPlumb, redirectError: false))
        {
            asking.StandardInput.Close();
            await asking.WaitForExitAsync(cancellationToken);
            if (asking.ExitCode is not (1 or 2))
            {
                return; // it is there; or ssh fails, which the call itself will say
            }
            if (asking.ExitCode == 2 && needsRuntime)
            {
                throw new CliException(new(
                    $"this build of plumb needs .NET, which is not on {Host}", "--push", "scripts/build makes one that needs nothing"));
            }
        }
        console.Note($"copying plumb to {Host}:~/{PushFolder}");
        using var copying = Start(Unpack, redirectError: false);
        var packing = new ProcessStartInfo("tar") { RedirectStandardOutput = true };
        foreach (var argument in (string[])["-cf", "-", "--exclude=*.xml", "--exclude=*.pdb", "--exclude=*.dbg", "-C", folder, "."])
        {
            packing.ArgumentList.Add(argument);
        }
        using var tar = Process.Start(packing)!;
        try
        {
            await tar.StandardOutput.BaseStream.CopyToAsync(copying.StandardInput.BaseStream, cancellationToken);
            copying.StandardInput.Close();
        }
        catch (IOException)
        {
            tar.StandardOutput.Close(); // the far side ended first: its status says so
        }
        await tar.WaitForExitAsync(cancellationToken);
        await copying.WaitForExitAsync(cancellationToken);
        if (copying.ExitCode != 0 || tar.ExitCode != 0)
        {
            throw new CliException(new("plumb could not be copied", Host, "see what ssh said above"));
        }
        using var starting = Start(_askForPlumb, redirectError: false);
        starting.StandardInput.Close();
        await starting.WaitForExitAsync(cancellationToken);
        if (starting.ExitCode is 1 or 2)
        {
            throw new CliException(new(
                $"the copy of plumb does not start on {Host}", $"{Host}:~/{PushFolder}/plumb",
                "if its processor is older than this machine's: PLUMB_CPU=x86-64-v2 scripts/build --force, then push again"));
        }
    }
}
