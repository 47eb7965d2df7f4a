using System.Text;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources.Texts;

namespace Plumbline.Node.Sources;

public static partial class OfflineNode
{
    private const int MostFiles = 10_000;

    private static NodeSnapshot ReadDirectory(string path)
    {
        var texts = new List<PastedText>();
        AddFiles(texts, path, "");
        var namespaces = Path.Combine(path, "netns");
        if (Directory.Exists(namespaces))
        {
            foreach (var folder in Directory.GetDirectories(namespaces).Order(StringComparer.Ordinal))
            {
                AddFiles(texts, folder, Path.GetFileName(folder));
            }
        }
        if (texts.Count == 0 || NothingButFolders(path))
        {
            var nodes = Directory.GetDirectories(path).Where(folder => File.Exists(Path.Combine(folder, "hostname.txt")))
                .Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal).ToArray();
            if (nodes.Length > 1)
            {
                throw new NodeException(Problems.SeveralNodes(path, nodes));
            }
        }
        return Read(texts, path);
    }

    /// <summary>No file in it has a host's name or links: the nodes are in the folders below.</summary>
    private static bool NothingButFolders(string path) =>
        !File.Exists(Path.Combine(path, "hostname.txt")) && !Directory.Exists(Path.Combine(path, "netns"));

    private static void AddFiles(List<PastedText> texts, string folder, string networkNamespace)
    {
        foreach (var file in Directory.GetFiles(folder).Order(StringComparer.Ordinal))
        {
            if (texts.Count >= MostFiles || new FileInfo(file).Length > LargestText)
            {
                continue;
            }
            var bytes = File.ReadAllBytes(file);
            if (Array.IndexOf(bytes, (byte)0) < 0)
            {
                texts.Add(new(file, Encoding.UTF8.GetString(bytes), networkNamespace));
            }
        }
    }
}
