namespace Plumbline.Node.Sources;

/// <summary>os-release(5).</summary>
internal static class OperatingSystemRelease
{
    /// <summary>PRETTY_NAME without its quotes; null where the text has none.</summary>
    public static string? Read(string text)
    {
        const string Key = "PRETTY_NAME=";
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(Key))
            {
                var value = line[Key.Length..].Trim().Trim("\"'").ToString();
                return value.Length > 0 ? value : null;
            }
        }
        return null;
    }
}
