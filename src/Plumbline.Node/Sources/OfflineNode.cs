using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources;

/// <summary>Reads <c>--from</c>: our snapshot file, or text as a command printed it (recognised by content, prose around it is fine).</summary>
public static partial class OfflineNode
{
    /// <summary>Reads the file at <paramref name="path"/>; <c>-</c> is standard input.</summary>
    /// <exception cref="NodeException">No such file, a damaged or newer snapshot, or nothing in it that we know.</exception>
    public static NodeSnapshot Read(string path) => throw new NotImplementedException();
}
