using System.Diagnostics;
using System.Text.RegularExpressions;
using Plumbline.Integration.Tests.Capturing;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Enforcing;

/// <summary>A namespace with foreign rules, and plumb to work on it; programs can be made to fail.</summary>
internal sealed partial class ApplyNode : IDisposable
{
    public const string Port = "7f6c1c2e-4b1a-4c7e-9d53-0a1b2c3d4e5f";

    private readonly TestNamespace _namespace = TestNamespace.Create("apply");
    private readonly string _folder = Directory.CreateTempSubdirectory("plumb-apply-").FullName;
    private readonly string _variant;

    public ApplyNode(string variant)
    {
        Root.SkipUnlessInstalled("ipset");
        Root.SkipUnlessInstalled($"iptables-{variant}-save");
        _variant = variant;
        Tables("-A", "INPUT", "-i", "lo", "-j", "ACCEPT");
        Tables("-N", "DOCKER");
        Tables("-A", "FORWARD", "-j", "DOCKER");
        Tables("-A", "FORWARD", "-j", "DOCKER");
    }

    /// <summary>Where plumb keeps its state.</summary>
    public string State => Path.Join(_folder, "state");

    public TestNamespace Namespace => _namespace;

    /// <summary>Where iptables-legacy locks, in place of the machine's own file.</summary>
    public string XtablesLock => Path.Join(_folder, "xtables.lock");

    public void Tables(params string[] arguments) => _namespace.Run($"iptables-{_variant}", arguments);

    /// <summary>A file for apply.</summary>
    public string Write(string rules, string second = "")
    {
        var path = Path.Join(_folder, "intent.yaml");
        File.WriteAllText(path, $"""
            ports:
              - {"{"}id: {Port}, mac: 'fa:16:3e:00:00:01', ips: [10.0.0.11, '2001:db8:1::11'], groups: [web]{"}"}
            {second}
            groups:
              web:
                rules: [out any, out ipv6 any, in any from group web, {rules}]
            """);
        return path;
    }

    /// <summary>A program of this name stands before the real one.</summary>
    public void Replace(string program, string script)
    {
        var bin = Path.Join(_folder, "bin");
        Directory.CreateDirectory(bin);
        var path = Path.Join(bin, program.Replace("tables-", $"tables-{_variant}-", StringComparison.Ordinal));
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Runs plumb to its end.</summary>
    public (int Status, string Output, string Error) Run(params string[] arguments)
    {
        string[] all = [.. arguments, "--iptables", _variant, "--netns", _namespace.Path, "--state-dir", State];
        var start = new ProcessStartInfo(PlumbProcess.Program, all) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{Path.Join(_folder, "bin")}:{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin";
        start.Environment["XTABLES_LOCKFILE"] = XtablesLock;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }

    /// <summary>Tables and sets, without counters, times and sizes of hashes.</summary>
    public string Save()
    {
        string Tables(string program) => string.Join('\n', _namespace.Run($"{program}-{_variant}-save").Split('\n')
            .Where(l => !l.StartsWith('#')).Select(l => Counters().Replace(l, "")));
        var sets = _namespace.Run("ipset", "save").Split('\n')
            .Select(l => l.StartsWith("create ", StringComparison.Ordinal) ? string.Join(' ', l.Split(' ').Take(5)) : l).Order(StringComparer.Ordinal);
        return $"{Tables("iptables")}\n{Tables("ip6tables")}\n{string.Join('\n', sets)}";
    }

    /// <summary>Waits until something is true.</summary>
    public static void Until(Func<bool> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"not within 30 s: {what}");
            Thread.Yield();
        }
    }

    public void Dispose()
    {
        _namespace.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [GeneratedRegex(@" \[\d+:\d+\]")]
    private static partial Regex Counters();
}
