using Plumbline.Testing;

namespace Plumbline.Node.Tests.Sources;

/// <summary>What commands printed on a small node (Pasted/outputs.txt, made by Pasted/record.sh).</summary>
internal static class RecordedOutputs
{
    /// <summary>Outputs by name, in the order recorded.</summary>
    public static IReadOnlyList<RecordedOutput> All { get; } = Read();

    /// <summary>The output of that name.</summary>
    public static RecordedOutput Get(string name) => All.Single(output => output.Name == name);

    private static List<RecordedOutput> Read()
    {
        const string Mark = "%%% ";
        var path = Path.Combine(SharedFiles.RepositoryRoot, "tests/Plumbline.Node.Tests/Pasted/outputs.txt");
        var outputs = new List<RecordedOutput>();
        foreach (var part in ("\n" + File.ReadAllText(path)).Split("\n" + Mark, StringSplitOptions.RemoveEmptyEntries))
        {
            var end = part.IndexOf('\n', StringComparison.Ordinal);
            var heading = part[..end].Split(" | ", 2);
            outputs.Add(new(heading[0], heading[1], part[(end + 1)..].TrimEnd('\n') + "\n"));
        }
        return outputs;
    }
}
