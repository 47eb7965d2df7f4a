using System.ComponentModel;
using System.Diagnostics;
using Plumbline.Linux.Processes;
using Plumbline.Primitives;

namespace Plumbline.Node.Sources;

/// <summary>What a program such as xz(1) unpacks: fed by a task, read from here. Disposing ends the program if it still runs.</summary>
internal sealed class UnpackingStream : ReadingStream
{
    private readonly Process _process;
    private readonly Task _feeding;
    private readonly Task<string> _errors;
    private readonly Stream _output;
    private readonly string _program;
    private bool _ended;

    private UnpackingStream(Process process, Stream packed, string program)
    {
        _process = process;
        _program = program;
        _output = process.StandardOutput.BaseStream;
        _errors = process.StandardError.ReadToEndAsync();
        _feeding = Task.Run(() => Feed(packed));
    }

    /// <summary>Starts <paramref name="program"/>, which unpacks its standard input.</summary>
    /// <exception cref="NodeException">It is not installed.</exception>
    public static UnpackingStream Start(string program, Stream packed, string name)
    {
        if (Programs.Find(program) is not { } path)
        {
            throw new NodeException(Problems.NoUnpacker(name, program));
        }
        var start = new ProcessStartInfo(path, program == "xz" ? ["-dc", "-T0"] : ["-dc"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        try
        {
            return new(Process.Start(start)!, packed, program);
        }
        catch (Win32Exception exception)
        {
            throw new NodeException(Problems.NoUnpacker(name, program), inner: exception);
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var count = buffer.IsEmpty ? 0 : _output.Read(buffer);
        if (count == 0 && !buffer.IsEmpty && !_ended)
        {
            _ended = true;
            _process.WaitForExit();
            if (_process.ExitCode != 0)
            {
                var words = _errors.GetAwaiter().GetResult().Trim().ReplaceLineEndings(" ");
                throw new InvalidDataException(words.Length > 0 ? words : $"{_program} ended with exit status {_process.ExitCode}");
            }
        }
        return count;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            if (!_process.HasExited)
            {
                _process.Kill();
            }
            _feeding.Wait();    // it ends at once: nobody reads any more
            _process.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Feed(Stream packed)
    {
        try
        {
            using var input = _process.StandardInput.BaseStream;
            packed.CopyTo(input, 1 << 20);
        }
        catch (IOException)
        {
            return;     // it ended without reading all: its exit status tells why
        }
    }
}
