using System.Globalization;
using Xunit;

namespace Plumbline.Testing;

/// <summary>What integration tests need of the machine.</summary>
public static class Root
{
    /// <summary>CAP_NET_ADMIN (12) and CAP_SYS_ADMIN (21), capabilities(7): a root without them can make no namespace.</summary>
    private const ulong Needed = 1UL << 12 | 1UL << 21;

    /// <summary>The test is skipped where namespaces and links cannot be made.</summary>
    public static void SkipUnlessRoot() =>
        Skip.IfNot(IsRoot, "needs root (CAP_NET_ADMIN and CAP_SYS_ADMIN) to make network namespaces of its own");

    /// <summary>Namespaces and links can be made.</summary>
    public static bool IsRoot { get; } = ReadIsRoot();

    /// <summary>The test is skipped where <paramref name="program"/> is not installed.</summary>
    public static void SkipUnlessInstalled(string program) =>
        Skip.IfNot(IsInstalled(program), $"needs the program {program}");

    /// <summary>Looks in PATH, and in the folders of administrators' programs, which a plain user's PATH leaves out.</summary>
    public static bool IsInstalled(string program) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/local/sbin:/usr/sbin:/sbin"
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => File.Exists(Path.Join(folder, program)));

    private static bool ReadIsRoot()
    {
        const string Effective = "CapEff:";
        var line = File.ReadLines("/proc/self/status").FirstOrDefault(
            line => line.StartsWith(Effective, StringComparison.Ordinal));
        return Environment.IsPrivilegedProcess
            && ulong.TryParse(line?[Effective.Length..].Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out var capabilities)
            && (capabilities & Needed) == Needed;
    }
}
