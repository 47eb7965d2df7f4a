namespace Plumbline.Linux;

/// <summary>Names one process for good: a pid alone is reused, with start time and boot it is not.</summary>
/// <param name="Pid">The process id.</param>
/// <param name="StartTicks">Field 22 of /proc/PID/stat: clock ticks since boot.</param>
/// <param name="BootId">/proc/sys/kernel/random/boot_id.</param>
public sealed record ProcessIdentity(int Pid, long StartTicks, string BootId)
{
    /// <summary>This process.</summary>
    public static ProcessIdentity Current => Find(Environment.ProcessId)!;

    /// <summary>The process that now has <paramref name="pid"/>; null where there is none, or only a zombie.</summary>
    public static ProcessIdentity? Find(int pid) => throw new NotImplementedException();

    /// <summary>Reads what <see cref="ToString"/> wrote; null where it is something else.</summary>
    public static ProcessIdentity? TryParse(string? text)
    {
        var parts = text?.Split('/') ?? [];
        return parts.Length == 3 && int.TryParse(parts[0], out var pid) && long.TryParse(parts[1], out var ticks)
            ? new(pid, ticks, parts[2])
            : null;
    }

    /// <summary>It still runs, on this boot.</summary>
    public bool IsAlive => Find(Pid) == this;

    /// <summary><c>PID/STARTTICKS/BOOTID</c>.</summary>
    public override string ToString() => $"{Pid}/{StartTicks}/{BootId}";
}
