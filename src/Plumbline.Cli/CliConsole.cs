using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Plumbline.Cli;

/// <summary>The three streams and what the terminal can do. Tests pass their own.</summary>
internal sealed class CliConsole
{
    private readonly bool _isProcess;

    /// <summary>The process's own streams.</summary>
    public CliConsole()
    {
        _isProcess = true;
        Out = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), 16 * 1024) { NewLine = "\n" };
        Error = new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(false), 256) { NewLine = "\n", AutoFlush = true };
        var plain = Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 }
            || Environment.GetEnvironmentVariable("TERM") is "dumb";
        IsTerminal = !Console.IsOutputRedirected;
        IsErrorTerminal = !Console.IsErrorRedirected;
        Colour = IsTerminal && !plain;
        // a terminal that is not told to be anything but UTF-8 shows box drawing; an explicit C locale does not
        var locale = Environment.GetEnvironmentVariable("LC_ALL") ?? Environment.GetEnvironmentVariable("LC_CTYPE")
            ?? Environment.GetEnvironmentVariable("LANG") ?? "";
        Unicode = locale is not ("C" or "POSIX");
    }

    /// <summary>Streams of a test: no terminal.</summary>
    public CliConsole(TextWriter output, TextWriter error)
    {
        Out = output;
        Error = error;
        Unicode = true;
    }

    /// <summary>Answers.</summary>
    public TextWriter Out { get; }

    /// <summary>Progress, notes, errors.</summary>
    public TextWriter Error { get; }

    /// <summary>Standard output is a terminal.</summary>
    public bool IsTerminal { get; }

    /// <summary>Standard error is a terminal.</summary>
    public bool IsErrorTerminal { get; }

    /// <summary>ANSI colours may be used on <see cref="Out"/> (NO_COLOR, TERM=dumb and pipes switch them off).</summary>
    public bool Colour { get; }

    /// <summary>Box-drawing characters may be used.</summary>
    public bool Unicode { get; }

    /// <summary>Columns of the terminal; null in a pipe: no limit.</summary>
    public int? Width
    {
        get
        {
            try
            {
                return IsTerminal && Console.WindowWidth > 0 ? Console.WindowWidth : null;
            }
            catch (IOException)
            {
                return null; // a terminal without a size (some serial lines): no limit
            }
        }
    }

    /// <summary>Standard output for bytes in bulk, not through <see cref="Out"/>; a reader that went away is an IOException (EPIPE).</summary>
    public Stream OpenOutput()
    {
        if (!_isProcess)
        {
            return new TextWriterStream(Out);
        }
        // Console's own stream hides that a pipe's reader has gone; a FileStream does not move the offset that a shell's next command
        // goes on from
        var pipe = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return pipe.CanSeek ? Console.OpenStandardOutput() : pipe;
    }

    /// <summary>A line on standard error that is not part of the answer.</summary>
    public void Note(string text) => Error.WriteLine($"plumb: {text}");
}
