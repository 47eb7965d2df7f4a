namespace Plumbline.Linux.Tests.Netlink;

/// <summary>Messages that a kernel sent, from the files in Captured/ (each says how).</summary>
internal static class Captured
{
    public static IReadOnlyList<byte[]> Messages(string name) =>
    [
        .. File.ReadLines(Path.Join(AppContext.BaseDirectory, "Captured", $"{name}.hex"))
            .Where(line => !line.StartsWith('#'))
            .Select(Convert.FromHexString),
    ];
}
