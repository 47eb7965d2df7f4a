using Xunit;

namespace Plumbline.Testing;

/// <summary>Recorded nodes, articles and specifications beside the repository (<c>../shared</c>).</summary>
public static class SharedFiles
{
    /// <summary>The repository's root: the folder with Plumbline.slnx above the running test.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>The full path of <paramref name="path"/> below ../shared; skips the test where it is absent.</summary>
    public static string Require(string path)
    {
        var full = Path.GetFullPath(Path.Combine(RepositoryRoot, "..", "shared", path));
        Skip.IfNot(Path.Exists(full), $"../shared/{path} is not here");
        return full;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Plumbline.slnx")))
        {
            folder = folder.Parent;
        }
        return folder?.FullName ?? throw new InvalidOperationException("no Plumbline.slnx above the tests");
    }
}
