namespace Plumbline.Node.Sources;

/// <summary>A file of a folder or an archive that may tell something.</summary>
/// <param name="Path">Below the folder or inside the archive, with slashes.</param>
/// <param name="Text">What stands in it.</param>
internal sealed record CollectedFile(string Path, string Text)
{
    /// <summary>The path's parts.</summary>
    public string[] Segments { get; } = Path.Split('/');
}
