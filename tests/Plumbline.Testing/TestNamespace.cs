using System.Diagnostics;
using Plumbline.Linux;
using Xunit;

namespace Plumbline.Testing;

/// <summary>
/// A network namespace for one test, with <c>lo</c> up, removed on <see cref="Dispose"/>. It is mounted in a temporary folder of its
/// own, or in /run/netns where stock tools must find it by name. The name tells whose it is: <c>plt-PID-NUMBER-LABEL</c>.
/// </summary>
public sealed class TestNamespace : IDisposable
{
    private static int _made;

    private readonly string? _folder;

    private TestNamespace(string name, string? folder, string path)
    {
        Name = name;
        _folder = folder;
        Path = path;
        Namespace = NetworkNamespace.Create(path);
    }

    /// <summary>Makes one; the test is skipped without root.</summary>
    /// <param name="label">Short, letters and digits: stands at the end of the name.</param>
    /// <param name="inRunNetns">Mount it in /run/netns, where <c>ip -n NAME</c> looks.</param>
    public static TestNamespace Create(string label = "test", bool inRunNetns = false)
    {
        Root.SkipUnlessRoot();
        var name = $"plt-{Environment.ProcessId}-{Interlocked.Increment(ref _made)}-{label}";
        if (inRunNetns)
        {
            Directory.CreateDirectory(NetworkNamespace.DefaultFolder);
            return new(name, null, System.IO.Path.Join(NetworkNamespace.DefaultFolder, name));
        }
        var folder = Directory.CreateTempSubdirectory(name + "-").FullName;
        return new(name, folder, System.IO.Path.Join(folder, name));
    }

    /// <summary>The file's name.</summary>
    public string Name { get; }

    /// <summary>The nsfs file.</summary>
    public string Path { get; }

    /// <summary>An open handle, closed on <see cref="Dispose"/>.</summary>
    public NetworkNamespace Namespace { get; }

    /// <summary>
    /// Runs a program inside and returns what it wrote to standard output; the test fails where the exit status is not 0.
    /// </summary>
    public string Run(string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Namespace.Run(() => Process.Start(start)!);
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(
            process.ExitCode == 0,
            $"{file} {string.Join(' ', arguments)} ended with {process.ExitCode}: {errors.GetAwaiter().GetResult()}");
        return output;
    }

    /// <summary>Unmounts and removes; links inside die with the last user of the namespace.</summary>
    public void Dispose()
    {
        Namespace.Dispose();
        NetworkNamespace.Delete(Path);
        if (_folder is not null)
        {
            Directory.Delete(_folder);
        }
    }
}
