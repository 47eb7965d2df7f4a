using System.CommandLine;
using System.Diagnostics;
using Plumbline.Primitives;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb wireshark install|uninstall</c>: puts VMs, ports and bridges into Wireshark's own list of interfaces.</summary>
internal static class WiresharkCommand
{
    private const string FileName = "plumb";
    private const string Mark = "# written by plumb wireshark install";

    private static readonly string[] _globalFolders =
    [
        "/usr/lib/x86_64-linux-gnu/wireshark/extcap", "/usr/lib/aarch64-linux-gnu/wireshark/extcap", "/usr/lib64/wireshark/extcap",
        "/usr/lib/wireshark/extcap", "/usr/local/lib/wireshark/extcap",
    ];

    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var install = new Command("install", "Let Wireshark and tshark list VMs, ports and bridges as interfaces");
        var uninstall = new Command("uninstall", "Take that back");
        var folder = new Option<string?>("--dir")
        {
            Description = "Wireshark's extcap folder (default: $WIRESHARK_EXTCAP_DIR, else what tshark names: the personal one, else the global)",
            HelpName = "DIR",
        };
        var remotes = new Option<string[]>("--remote")
        {
            Description = "Also a node reached over ssh, without questions (key, agent); may be given several times",
            HelpName = "USER@NODE",
        };
        install.Options.Add(folder);
        install.Options.Add(remotes);
        uninstall.Options.Add(folder);
        install.SetAction(result =>
        {
            var path = Path.Combine(FolderOf(result.GetValue(folder)), FileName);
            Write(path, Script(result, result.GetValue(remotes) ?? []));
            console.Note($"written: {path}; Wireshark lists the node's VMs and bridges from its next start (docs/wireshark.md)");
            return (int)ExitStatus.Fine;
        });
        uninstall.SetAction(result =>
        {
            var path = Path.Combine(FolderOf(result.GetValue(folder)), FileName);
            if (!File.Exists(path))
            {
                console.Note($"nothing to remove: there is no {path}");
                return (int)ExitStatus.Fine;
            }
            if (!File.ReadAllText(path).Contains(Mark, StringComparison.Ordinal))
            {
                throw new CliException(new("this file is not ours", path, "remove it yourself if you know whose it is"));
            }
            File.Delete(path);
            console.Note($"removed: {path}");
            return (int)ExitStatus.Fine;
        });
        return new Command("wireshark", "VMs, ports and bridges as interfaces of Wireshark") { install, uninstall };
    }

    private static string Script(ParseResult result, string[] remotes)
    {
        var program = Environment.ProcessPath ?? "plumb";
        var words = new List<string> { program };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            words.Add(Path.Combine(AppContext.BaseDirectory, "plumb.dll"));
        }
        words.Add(ExtcapCommand.Name);
        // which node: as this command line said
        foreach (var option in NodeOptions.All)
        {
            foreach (var value in result.GetResult(option) is { Implicit: false } given ? given.Tokens.Select(t => t.Value).DefaultIfEmpty("") : [])
            {
                words.AddRange(value.Length == 0 ? [option.Name] : [option.Name, value]);
            }
        }
        foreach (var remote in remotes)
        {
            words.AddRange(["--remote", remote]);
        }
        return $"#!/bin/sh\n{Mark}\n{AnswerToConfig()}exec {string.Join(' ', words.Select(Quote))} \"$@\"\n";
    }

    /// <summary>
    /// When it starts, Wireshark asks one interface after the other for its options: with a thousand VMs a thousand starts of a program. The
    /// shell answers in a millisecond; what is asked in another way goes to the program.
    /// </summary>
    private static string AnswerToConfig() => $"""
        case $#,$1,$2 in 3,--extcap-config,--extcap-interface)
            case $3 in *-path) ;; *) printf '%s\n' {string.Join(" \\\n        ", ExtcapArguments.OfTarget.Select(Quote))}; exit ;; esac ;;
        esac

        """.ReplaceLineEndings("\n");

    private static string Quote(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static void Write(string path, string text)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
            File.SetUnixFileMode(path, (UnixFileMode)0x1ED); // 0755
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(new($"cannot write there: {exception.Message}", path, "use sudo, or choose a folder with --dir"));
        }
    }

    private static string FolderOf(string? asked)
    {
        if (asked is not null)
        {
            return Path.GetFullPath(asked);
        }
        if (Environment.GetEnvironmentVariable("WIRESHARK_EXTCAP_DIR") is { Length: > 0 } variable)
        {
            return variable;
        }
        var (personal, global) = AskWireshark();
        return personal ?? global ?? Array.Find(_globalFolders, Directory.Exists)
            ?? throw new CliException(new(
                "Wireshark's extcap folder was not found", "plumb wireshark", "name it with --dir (Wireshark: Help, About, Folders)"));
    }

    /// <summary><c>tshark -G folders</c>: 4.2 and later name a personal folder, earlier ones look beside the personal configuration.</summary>
    private static (string? Personal, string? Global) AskWireshark()
    {
        try
        {
            using var tshark = Process.Start(new ProcessStartInfo("tshark", ["-G", "folders"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var (personal, global) = ((string?)null, (string?)null);
            while (tshark.StandardOutput.ReadLine() is { } line)
            {
                if (line.StartsWith("Personal configuration:", StringComparison.OrdinalIgnoreCase))
                {
                    personal ??= Path.Combine(line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim(), "extcap");
                }
                else if (line.Contains("xtcap path:", StringComparison.Ordinal))
                {
                    var folder = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
                    (personal, global) = line.StartsWith("Personal", StringComparison.OrdinalIgnoreCase) ? (folder, global) : (personal, folder);
                }
            }
            tshark.WaitForExit();
            return (personal, global);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (null, null); // no tshark: the usual folders are tried
        }
    }
}
