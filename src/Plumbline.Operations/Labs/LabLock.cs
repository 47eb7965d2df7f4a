using System.Diagnostics;

namespace Plumbline.Operations.Labs;

/// <summary>Keeps two makers or removers of one lab apart. The file beside the folder goes when it is released.</summary>
internal static class LabLock
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    /// <exception cref="OperationsException">Somebody else holds it.</exception>
    public static async Task<IDisposable> TakeAsync(string directory, CancellationToken cancellationToken)
    {
        var path = directory + ".lock";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        for (var start = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
            {
                // a child that a killed maker had just forked keeps its files until exec
                if (Stopwatch.GetElapsedTime(start) > _patience)
                {
                    throw Problems.Busy(directory);
                }
            }
            await Task.Delay(_pause, cancellationToken);
        }
    }
}
