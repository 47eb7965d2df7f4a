using System.Diagnostics;
using Plumbline.Linux;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Firewall;

/// <summary>The real iptables in a namespace of the test's own: what it makes of a text.</summary>
internal sealed class RealTables : IDisposable
{
    private readonly TestNamespace _namespace = TestNamespace.Create("tables");
    private readonly string _program;
    private readonly string _variant;

    /// <summary>An empty one.</summary>
    /// <param name="isIPv6">ip6tables.</param>
    /// <param name="variant">nft or legacy.</param>
    public RealTables(bool isIPv6, string variant)
    {
        _program = isIPv6 ? "ip6tables" : "iptables";
        _variant = variant;
    }

    /// <summary>Skips the test where iptables is not installed.</summary>
    public static void SkipUnlessInstalled()
    {
        Root.SkipUnlessRoot();
        foreach (var program in (string[])["iptables-nft-restore", "iptables-legacy-restore", "ip6tables-nft-restore", "ip6tables-legacy-restore"])
        {
            Root.SkipUnlessInstalled(program);
        }
    }

    /// <summary>Where they are.</summary>
    public NetworkNamespace Namespace => _namespace.Namespace;

    /// <summary>The namespace's file.</summary>
    public string Path => _namespace.Path;

    /// <summary>Makes sets; null where it went well, else what ipset said.</summary>
    public string? LoadSets(string text)
    {
        var (status, _, errors) = Run("ipset", text, "restore");
        return status == 0 ? null : errors;
    }

    /// <summary>Makes rules by nft, which is not bound to what iptables can say.</summary>
    public string? LoadNative(string text)
    {
        var (status, _, errors) = Run("nft", text, "-f", "-");
        return status == 0 ? null : errors;
    }

    /// <summary>Loads; null where it went well, else what iptables said.</summary>
    public string? Load(string text, params string[] arguments)
    {
        var (status, _, errors) = Run($"{_program}-{_variant}-restore", text, arguments);
        return status == 0 ? null : errors;
    }

    /// <summary>What iptables-save prints, without the comments, which hold the date.</summary>
    public string Save() => string.Join('\n', Run($"{_program}-{_variant}-save", null).Output.Split('\n').Where(l => !l.StartsWith('#')));

    /// <summary>As <see cref="Save"/>, with counters.</summary>
    public string SaveCounted() => string.Join('\n', Run($"{_program}-{_variant}-save", null, "-c").Output.Split('\n').Where(l => !l.StartsWith('#')));

    /// <summary>What <c>iptables</c> prints with <paramref name="arguments"/>.</summary>
    public string List(params string[] arguments) => Run($"{_program}-{_variant}", null, arguments).Output;

    /// <summary>Removes the namespace.</summary>
    public void Dispose() => _namespace.Dispose();

    private (int Status, string Output, string Errors) Run(string program, string? input, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = _namespace.Namespace.Run(() => Process.Start(start)!);
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // it gave up before the end, and says why on its standard error
        }
        process.WaitForExit();
        return (process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
    }
}
