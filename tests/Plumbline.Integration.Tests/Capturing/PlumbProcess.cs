using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Plumbline.Integration.Tests.Capturing;

/// <summary>The built <c>plumb</c>, run as an operator runs it.</summary>
public sealed class PlumbProcess : IDisposable
{
    private readonly StringBuilder _error = new();
    private readonly StringBuilder _output = new();
    private bool _isDisposed;

    private PlumbProcess(Process process, bool readOutput)
    {
        Process = process;
        process.ErrorDataReceived += (_, line) => Append(_error, line.Data);
        process.BeginErrorReadLine();
        if (readOutput)
        {
            process.OutputDataReceived += (_, line) => Append(_output, line.Data);
            process.BeginOutputReadLine();
        }
    }

    public Process Process { get; }

    /// <summary>The program that is shipped, where ./test says which (<c>PLUMB_PROGRAM</c>); else the one beside us in the build's output.</summary>
    public static string Program { get; } = Environment.GetEnvironmentVariable("PLUMB_PROGRAM") is { Length: > 0 } shipped
        ? Path.GetFullPath(shipped)
        : Path.GetFullPath(Path.Combine(
            AppContext.BaseDirectory, "../../Plumbline.Cli", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "plumb"));

    public string Error => Read(_error);

    public string Output => Read(_output);

    /// <summary>Starts it on <paramref name="node"/>.</summary>
    public static PlumbProcess Start(CaptureNode node, params string[] arguments) => Start(node, true, arguments);

    /// <summary>As above; without <paramref name="readOutput"/> standard output is the caller's to read.</summary>
    public static PlumbProcess Start(CaptureNode node, bool readOutput, params string[] arguments) =>
        StartProgram(readOutput, Program, [.. arguments, .. node.Options]);

    /// <summary>Starts any program.</summary>
    public static PlumbProcess StartProgram(bool readOutput, string program, params string[] arguments) => new(
        Process.Start(new ProcessStartInfo("env", ["--default-signal=INT,HUP,TERM", program, .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true })!,
        readOutput);

    /// <summary>Runs it to its end.</summary>
    public static (int Status, string Output, string Error) Run(CaptureNode node, params string[] arguments)
    {
        using var plumb = Start(node, arguments);
        var status = plumb.WaitForExit();
        return (status, plumb.Output, plumb.Error);
    }

    /// <summary>Waits until it says that it captures.</summary>
    public PlumbProcess WaitUntilReady()
    {
        CaptureNode.Until(() => Error.Contains("capturing", StringComparison.Ordinal) || Process.HasExited, "plumb is ready");
        Assert.False(Process.HasExited, Error);
        return this;
    }

    /// <summary>kill(1).</summary>
    public void Signal(string name) => Signal(Process.Id, name);

    /// <inheritdoc cref="Signal(string)"/>
    public static void Signal(int pid, string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", pid.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public int WaitForExit()
    {
        Assert.True(Process.WaitForExit(TimeSpan.FromSeconds(30)), $"plumb does not end: {Error}");
        Process.WaitForExit(); // the readers of its output too
        return Process.ExitCode;
    }

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }
        _isDisposed = true;
        if (!Process.HasExited)
        {
            Process.Kill();
            Process.WaitForExit(TimeSpan.FromSeconds(5)); // not for the end of its output: the guard may hold that
        }
        Process.Dispose();
    }

    private static void Append(StringBuilder to, string? line)
    {
        lock (to)
        {
            to.Append(line).Append('\n');
        }
    }

    private static string Read(StringBuilder from)
    {
        lock (from)
        {
            return from.ToString();
        }
    }
}
