namespace Plumbline.Operations.Labs;

/// <summary>Keeps two makers or removers of one lab apart. The file beside the folder goes when it is released.</summary>
internal static class LabLock
{
    /// <exception cref="OperationsException">Somebody else holds it.</exception>
    public static IDisposable Take(string directory)
    {
        var path = directory + ".lock";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
        {
            throw Problems.Busy(directory);
        }
    }
}
