using System.Globalization;
using Plumbline.Primitives;

namespace Plumbline.Cli;

internal sealed partial record RemoteCall
{
    /// <summary>sudo would ask for a password, or does not allow it.</summary>
    private const int SudoRefused = 125;

    /// <summary>There is no plumb.</summary>
    private const int MissingThere = 123;

    /// <summary>The program is there and does not start: not for this processor or system, no program at all.</summary>
    private const int UnableThere = 122;

    /// <summary>As a shell says it: here, of ssh.</summary>
    private const int NoSuchProgram = 127;

    /// <summary>SIGKILL there, told in a way that is not that of an ssh killed here.</summary>
    private const int KilledThere = 124;

    /// <summary>Added by shells, and by .NET here, to the number of the signal that killed a process.</summary>
    private const int Signalled = 128;

    /// <summary>What the far shell runs: the program from the PATH, else the one that <c>--push</c> put there.</summary>
    public string RemoteCommand()
    {
        var arguments = string.Join(' ', Arguments.Select(Quote));
        var patience = Patience.ToString(CultureInfo.InvariantCulture);
        // sudo clears the environment; its status 1 is also an answer of ours, so it is asked beforehand. No exec: a kill shall be told
        return Find + (Sudo
            ? $"\"$p\" --version >/dev/null 2>&1 || exit {UnableThere}; sudo -n \"$p\" --version >/dev/null || exit {SudoRefused}; sudo -n \"$p\" {Heartbeat.Option}{patience} {arguments}"
            : $"{Heartbeat.Variable}={patience} \"$p\" {arguments}")
            + $"; s=$?; [ $s = {Signalled + 9} ] && s={KilledThere}; {AskWhetherItStarts} [ $s = {NoSuchProgram} ] && s={MissingThere}; exit $s";
    }

    /// <summary>
    /// What a shell says of a file that the kernel does not run (126, 127) and of a program that ends by SIGILL, SIGABRT, SIGSEGV: one that cannot
    /// even tell its version does not start at all.
    /// </summary>
    private static string AskWhetherItStarts =>
        $"case $s in 126|{NoSuchProgram}|{Signalled + 4}|{Signalled + 6}|{Signalled + 11}) \"$p\" --version >/dev/null 2>&1 || s={UnableThere};; esac;";

    /// <summary>Leaves the program's path in <c>$p</c>.</summary>
    private static string Find
    {
        get
        {
            var name = Environment.GetEnvironmentVariable("PLUMB_REMOTE") is { Length: > 0 } own ? Quote(own) : "plumb";
            return $"p=$(command -v {name}) || p=\"$HOME/{Pushed}\"; [ -x \"$p\" ] || exit {MissingThere}; ";
        }
    }

    /// <summary>What it did not understand, another version may: its number is worth a line.</summary>
    private async Task<int> TellOtherVersionAsync(CliConsole console)
    {
        using var asking = Start(Find + "\"$p\" --version", redirectError: true);
        asking.StandardInput.Close();
        var version = (await asking.StandardOutput.ReadToEndAsync()).Trim();
        await asking.WaitForExitAsync();
        if (asking.ExitCode == 0 && version != $"plumb {CliApplication.Version}")
        {
            console.Note(Printable.Escape(
                $"{version} answers on {Host}, this is plumb {CliApplication.Version}: one may know options that the other does not"));
        }
        return (int)ExitStatus.BadInput;
    }

    private CliException Missing() => new(new(
        $"there is no plumb on {Host}", Host, "--push copies this one there, into ~/.cache/plumb; or set PLUMB_REMOTE to its path"));

    private CliException Unable() => new(new(
        $"the plumb on {Host} does not start", Host,
        "--push replaces one that an earlier push left; if its processor is older than the one that plumb was built on: "
            + "PLUMB_CPU=x86-64-v2 scripts/build --force, then push again"));

    private CliException NoSudo() => new(new(
        $"sudo on {Host} asks for a password, or does not let this user run plumb", "--sudo",
        $"there, in sudoers: USER ALL=(root) NOPASSWD: /usr/local/bin/plumb; or log in as root: --host root@{Host[(Host.IndexOf('@') + 1)..]}"));

    private CliException Killed() => new(new(
        $"plumb was killed on {Host}; what it made there is removed by its guard" + (File is null ? "" : $", what had come is in {File}"), Host,
        $"plumb mirror list --host {Host} shows that nothing was left"));
}
