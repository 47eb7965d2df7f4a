using System.Runtime.CompilerServices;

namespace Plumbline.Views.Tests;

/// <summary>
/// Whole outputs beside the tests, in the folder <c>Expected</c>. With <c>PLUMB_ACCEPT=1</c> in the environment what came is written
/// there and taken as right: look at the difference before committing it.
/// </summary>
internal static class Expected
{
    public static void Equals(string actual, string file, [CallerFilePath] string test = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(test)!, "Expected", file);
        if (Environment.GetEnvironmentVariable("PLUMB_ACCEPT") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
            return;
        }
        Assert.True(File.Exists(path), $"{path} is not there: run the tests with PLUMB_ACCEPT=1 and look at what it writes");
        Assert.Equal(File.ReadAllText(path), actual);
    }
}
