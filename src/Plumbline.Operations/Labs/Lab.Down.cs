using Plumbline.Linux;
using Plumbline.Linux.Processes;

namespace Plumbline.Operations.Labs;

public static partial class Lab
{
    private const int Rounds = 5;

    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(1);

    /// <summary>Takes the lab away, also a half-made or dead one, and proves that nothing of it is left.</summary>
    /// <param name="directory">Null: that of the environment or the default.</param>
    /// <param name="progress">Told what is being removed, a line each.</param>
    /// <param name="cancellationToken">Ends it half-way.</param>
    /// <returns>False where there was none.</returns>
    /// <exception cref="OperationsException">
    /// Something could not be removed (<see cref="Primitives.ExitStatus.LeftBehind"/>), or the folder is not a lab's.
    /// </exception>
    public static async Task<bool> DownAsync(string? directory, Action<string> progress, CancellationToken cancellationToken)
    {
        directory = Path.GetFullPath(directory ?? new LabOptions().Directory);
        if (!Environment.IsPrivilegedProcess)
        {
            throw Problems.NotRoot();
        }
        if (!Directory.Exists(directory))
        {
            return false;
        }
        CheckIsLab(directory);
        using (await LabLock.TakeAsync(directory, cancellationToken))
        {
            await RemoveAsync(directory, progress, cancellationToken);
        }
        RemoveIfEmpty(Path.GetDirectoryName(LabOptions.DefaultDirectory)!);
        return true;
    }

    private static async Task RemoveAsync(string directory, Action<string> progress, CancellationToken cancellationToken)
    {
        var left = new List<string>();
        // more than once: a program that was just being started, or turned itself into a daemon, has not been in the first list
        for (var round = 0; round < Rounds && LabProcesses.List(directory) is { Count: > 0 } processes; round++)
        {
            var names = string.Join(", ", processes.Select(p => p.Name).Distinct().Order(StringComparer.Ordinal));
            progress($"ending {processes.Count} process{(processes.Count == 1 ? "" : "es")}: {names}");
            var stubborn = await ProcessControl.EndAsync([.. processes.Select(p => p.Identity)], _grace, cancellationToken);
            if (stubborn.Count > 0)
            {
                left.AddRange(stubborn.Select(p => $"process {p.Pid}"));
                break;
            }
        }
        var namespaces = LabProcesses.NamespaceFiles(directory);
        progress($"removing {namespaces.Count} namespaces and {directory}");
        foreach (var file in namespaces)
        {
            try
            {
                NetworkNamespace.Delete(file);
            }
            catch (LinuxException e)
            {
                left.Add($"{file}: {e.Problem.What}");
            }
        }
        foreach (var mount in MountsBelow(directory).Reverse())
        {
            await LabCommand.RunAsync(null, "umount", ["--lazy", mount], null, null, cancellationToken);
        }
        try
        {
            // the file that says "a lab" goes last: whoever kills us here leaves something that the next run recognises
            foreach (var folder in Directory.GetDirectories(directory))
            {
                Directory.Delete(folder, recursive: true);
            }
            Directory.Delete(directory, recursive: true);
        }
        catch (IOException e)
        {
            left.Add($"{directory}: {e.Message}");
        }
        left.AddRange(LabProcesses.List(directory).Select(p => $"process {p.Identity.Pid} ({p.Name})"));
        left.AddRange(MountsBelow(directory).Select(m => $"mount {m}"));
        if (left.Count > 0)
        {
            throw Problems.NotRemoved(left);
        }
    }

    /// <summary>Mount points in the folder, as they were mounted (proc_pid_mountinfo(5): the fifth field).</summary>
    private static IReadOnlyList<string> MountsBelow(string directory) =>
    [
        .. File.ReadLines("/proc/self/mountinfo")
            .Select(l => l.Split(' '))
            .Where(f => f.Length > 4 && f[4].StartsWith(directory + "/", StringComparison.Ordinal))
            .Select(f => f[4]),
    ];

    private static void RemoveIfEmpty(string directory)
    {
        if (Directory.Exists(directory) && !Directory.EnumerateFileSystemEntries(directory).Any())
        {
            Directory.Delete(directory);
        }
    }
}
