using System.Globalization;
using System.Text;

namespace Plumbline.Linux;

/// <summary>Names one process for good: a pid alone is reused, with start time and boot it is not.</summary>
/// <param name="Pid">The process id.</param>
/// <param name="StartTicks">Field 22 of /proc/PID/stat: clock ticks since boot.</param>
/// <param name="BootId">/proc/sys/kernel/random/boot_id.</param>
public sealed record ProcessIdentity(int Pid, long StartTicks, string BootId)
{
    private static readonly Lazy<string> _bootId = new(ReadBootId);

    /// <summary>This process.</summary>
    /// <exception cref="LinuxException">/proc is not there.</exception>
    public static ProcessIdentity Current => Find(Environment.ProcessId) ?? throw Problems.NoProc("/proc/self/stat");

    /// <summary>The process that now has <paramref name="pid"/>; null where there is none, or only a zombie.</summary>
    /// <exception cref="LinuxException">/proc is not there.</exception>
    public static ProcessIdentity? Find(int pid)
    {
        byte[] stat;
        try
        {
            stat = File.ReadAllBytes($"/proc/{pid}/stat");
        }
        catch (IOException)
        {
            return null; // ENOENT; or ESRCH, where it ended between open and read
        }
        catch (UnauthorizedAccessException)
        {
            return null; // a mount with hidepid shows nobody else's processes
        }
        return ParseStartTicks(stat) is { } ticks ? new(pid, ticks, _bootId.Value) : null;
    }

    /// <summary>Reads what <see cref="ToString"/> wrote; null where it is something else.</summary>
    public static ProcessIdentity? TryParse(string? text)
    {
        var parts = text?.Split('/') ?? [];
        return parts.Length == 3
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
                ? new(pid, ticks, parts[2])
                : null;
    }

    /// <summary>It still runs, on this boot.</summary>
    public bool IsAlive => Find(Pid) == this;

    /// <summary><c>PID/STARTTICKS/BOOTID</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Pid}/{StartTicks}/{BootId}");

    /// <summary>
    /// proc_pid_stat(5): <c>PID (COMM) STATE PPID …</c>, start time the 22nd. COMM is any bytes, blanks and parentheses included,
    /// so fields are counted from the last closing one. Null for a process that is dead (Z, X) and for text that is none of this.
    /// </summary>
    internal static long? ParseStartTicks(ReadOnlySpan<byte> stat)
    {
        const int StateField = 3;
        const int StartField = 22;
        var comm = stat.LastIndexOf((byte)')');
        if (comm < 0)
        {
            return null;
        }
        var fields = Encoding.ASCII.GetString(stat[(comm + 1)..]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > StartField - StateField
            && fields[0] is not ("Z" or "X" or "x")
            && long.TryParse(fields[StartField - StateField], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
                ? ticks
                : null;
    }

    private static string ReadBootId()
    {
        const string BootIdPath = "/proc/sys/kernel/random/boot_id";
        try
        {
            return File.ReadAllText(BootIdPath).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Problems.NoProc(BootIdPath);
        }
    }
}
