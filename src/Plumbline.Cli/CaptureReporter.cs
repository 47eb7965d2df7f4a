using System.Globalization;
using Plumbline.Diagnosis.Capturing;
using Plumbline.Operations.Capturing;
using Plumbline.Operations.Mirroring;
using Plumbline.Primitives;

namespace Plumbline.Cli;

/// <summary>What <c>plumb capture</c> says: on stderr what is made, the counters and the summary; on stdout, without -w, the packets.</summary>
internal sealed class CaptureReporter : ICaptureListener, IDisposable
{
    private readonly CliConsole _console;
    private readonly bool _quiet;
    private readonly string? _file;
    private readonly Lock _gate = new();
    private CapturePlan? _plan;
    private bool _counterShown;

    /// <summary>Reports to <paramref name="console"/>; <paramref name="file"/> is what -w named.</summary>
    public CaptureReporter(CliConsole console, bool quiet, string? file)
    {
        _console = console;
        _quiet = quiet;
        _file = file;
        Lines = new(WriteLine, Flush);
    }

    /// <summary>Said when packets are taken, whatever <c>quiet</c> is; null: nothing.</summary>
    public string? ReadyNote { get; init; }

    /// <summary>Called when packets are taken.</summary>
    public Action? AtReady { get; init; }

    /// <summary>The destination that prints a line a packet.</summary>
    public CaptureDestination.ToLines Lines { get; }

    /// <summary>What will be read, and what will be made for it; in full for a dry run.</summary>
    public void ShowPlan(CapturePlan plan, bool inFull)
    {
        _plan = plan;
        if (inFull)
        {
            foreach (var point in plan.Points)
            {
                _console.Out.WriteLine(Describe(point));
                foreach (var note in point.Notes)
                {
                    _console.Out.WriteLine($"    {Printable.Escape(note)}");
                }
            }
            foreach (var note in plan.Notes)
            {
                _console.Out.WriteLine(Printable.Escape(note));
            }
            _console.Out.WriteLine(plan.ChangesNode
                ? "Mirror, port and device bear plumb's mark and are removed at the end; nothing else on the node is changed."
                : "Nothing on the node is changed.");
            return;
        }
        if (_quiet)
        {
            return;
        }
        foreach (var note in plan.Points.OfType<CapturePoint.OfMirror>().Select(Describe))
        {
            _console.Note(note);
        }
    }

    /// <inheritdoc/>
    public void OnReady(IReadOnlyList<ActiveMirror> mirrors)
    {
        AtReady?.Invoke();
        if (ReadyNote is { } note)
        {
            _console.Note(note);
        }
        if (_quiet)
        {
            return;
        }
        lock (_gate)
        {
            foreach (var mirror in mirrors)
            {
                _console.Note($"{mirror.Name} goes to {mirror.MonitorText}; proved by ofproto/trace");
            }
            foreach (var remark in _plan!.Points.SelectMany(p => p.Notes).Concat(_plan.Notes).Distinct())
            {
                _console.Note(Printable.Escape(remark));
            }
            _console.Error.WriteLine($"capturing {string.Join(", ", _plan.Points.Select(p => Printable.Escape(p.Name)))}"
                + (_file is null or "-" ? "" : $" to {_file}") + "; Ctrl-C ends it");
        }
    }

    /// <inheritdoc/>
    public void OnProgress(CaptureProgress progress)
    {
        if (_quiet || !_console.IsErrorTerminal)
        {
            return;
        }
        lock (_gate)
        {
            _console.Error.Write(string.Create(CultureInfo.InvariantCulture,
                $"\r\u001b[K{(int)progress.Elapsed.TotalSeconds} s  {progress.Packets} packets  {Size(progress.Bytes)}  {progress.Dropped} dropped"));
            _counterShown = true;
        }
    }

    /// <inheritdoc/>
    public void OnNote(string text)
    {
        lock (_gate)
        {
            ClearCounter();
            _console.Note(Printable.Escape(text));
        }
    }

    /// <summary>The end.</summary>
    public void ShowResult(CaptureResult result)
    {
        lock (_gate)
        {
            ClearCounter();
            if (result.Problem is { } problem)
            {
                _console.Error.WriteLine(problem.ToString());
            }
            if (_quiet)
            {
                return;
            }
            if (result.End == CaptureEnd.ReaderGone)
            {
                _console.Note("the reader closed its end");
            }
            var dropped = result.Points.Aggregate(0UL, (sum, p) => sum + p.Dropped);
            _console.Error.WriteLine($"{Count(result.Packets, "packet")} written, {dropped} dropped by the kernel for want of room"
                + (_file is null or "-" || result.FileLength is not { } length ? ""
                    : result.LastFile is { } last && last != _file ? $"; {Size(length)} in all, the last file is {last}"
                    : $"; {_file}, {Size(length)}"));
            foreach (var point in result.Points)
            {
                ShowPoint(point, result.Points.Count > 1);
            }
            if (result.Cleanup is { Removed.Count: > 0 } cleanup)
            {
                _console.Error.WriteLine($"removed (verified): {string.Join(", ", cleanup.Removed)}");
            }
        }
    }

    /// <summary>Ends the counter's line.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            ClearCounter();
        }
    }

    private void ShowPoint(PointResult point, bool several)
    {
        var hasAccount = point.Dropped > 0 || point.Unwritten > 0 || point.MonitorLost > 0 || point.MonitorReceived is not null;
        if (several || hasAccount)
        {
            _console.Error.WriteLine($"  {Printable.Escape(point.Name)}: "
                + (hasAccount ? point.Account() : $"{Count(point.Written, "packet")}, {point.Dropped} dropped"));
        }
    }

    private static string Describe(CapturePoint point) => Printable.Escape(point switch
    {
        CapturePoint.OfDevice { Namespace.Length: > 0 } device =>
            $"{device.Name}: reads device {device.Device} in namespace {device.Namespace} ({device.Description})",
        CapturePoint.OfDevice device => $"{device.Name}: reads device {device.Device} ({device.Description})",
        CapturePoint.OfMirror mirror => $"{mirror.Name}: makes a mirror on {mirror.Bridge} of "
            + $"{string.Join(", ", mirror.Ports.Select(p => p.Name))}, both directions, with an output port of its own "
            + $"(MTU {mirror.MonitorMtu}), because: {mirror.Reason}",
        _ => throw new System.Diagnostics.UnreachableException(),
    });

    private void WriteLine(CaptureLine line)
    {
        var summary = line.Summary;
        var text = string.Create(CultureInfo.InvariantCulture, $"{line.Time.ToLocalTime():HH:mm:ss.ffffff}  ");
        if (_plan!.Points.Count > 1)
        {
            text += $"[{line.Point}]  ";
        }
        if (summary.Vlan is { } vlan)
        {
            text += $"vlan {vlan}  ";
        }
        _console.Out.WriteLine(Printable.Escape($"{text}{summary.Source} → {summary.Destination}  {summary.Protocol} {summary.Text}"));
        foreach (var comment in line.Comment?.Split('\n') ?? [])
        {
            _console.Out.WriteLine($"    {Printable.Escape(comment)}");
        }
    }

    private void Flush() => _console.Out.Flush();

    private void ClearCounter()
    {
        if (_counterShown)
        {
            _console.Error.Write("\r\u001b[K");
            _counterShown = false;
        }
    }

    private static string Count(long number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";

    internal static string Size(long bytes) => bytes switch
    {
        < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
        < 10_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0 / 1024.0:0.0} MiB"),
    };
}
