namespace Plumbline.Diagnosis.Checking;

/// <summary>The page of each finding (docs/findings), which travels with the program.</summary>
public static class FindingPages
{
    private const string Folder = "findings/";

    /// <summary>Ids of all findings, in order.</summary>
    public static IReadOnlyList<string> Ids { get; } =
    [
        .. typeof(FindingPages).Assembly.GetManifestResourceNames().Where(n => n.StartsWith(Folder, StringComparison.Ordinal))
            .Select(n => n[Folder.Length..]).Order(StringComparer.Ordinal),
    ];

    /// <summary>The page, Markdown; null where there is no such finding.</summary>
    public static string? Read(string id)
    {
        using var stream = typeof(FindingPages).Assembly.GetManifestResourceStream(Folder + id);
        if (stream is null)
        {
            return null;
        }
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
