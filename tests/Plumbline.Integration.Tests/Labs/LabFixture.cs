using Plumbline.Linux;
using Plumbline.Linux.Processes;
using Plumbline.Operations.Labs;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Labs;

/// <summary>A lab in a folder of its own, beside any that the user has.</summary>
public sealed class LabFixture : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plt-lab-").FullName;
    private LabDescription? _lab;

    /// <summary>Two VMs on one node; the test is skipped where a lab cannot be made.</summary>
    public LabDescription Lab
    {
        get
        {
            SkipUnlessPossible();
            return _lab!;
        }
    }

    public LabOptions Options => new() { Directory = Path.Join(_folder, "lab"), Instances = 2 };

    public List<string> Progress { get; } = [];

    public static void SkipUnlessPossible()
    {
        Root.SkipUnlessRoot();
        foreach (var program in (string[])["ovs-vswitchd", "dnsmasq", "iptables-restore", "ipset", "ping"])
        {
            Root.SkipUnlessInstalled(program);
        }
        Skip.IfNot(Root.IsInstalled("udhcpc") || Root.IsInstalled("dhclient"), "needs udhcpc or dhclient");
    }

    /// <summary>Runs a program in a namespace and returns what it wrote.</summary>
    public static async Task<CommandResult> RunAsync(string namespaceFile, string program, params string[] arguments)
    {
        using var inside = NetworkNamespace.Open(namespaceFile);
        return await CommandRunner.RunAsync(inside, program, arguments, null, null, default);
    }

    /// <summary>Runs the built plumb.</summary>
    public static Task<CommandResult> PlumbAsync(params string[] arguments) =>
        CommandRunner.RunAsync(null, Path.Join(AppContext.BaseDirectory, "plumb"), arguments, null, null, default);

    public async Task InitializeAsync()
    {
        if (Root.IsRoot && Root.IsInstalled("ovs-vswitchd") && Root.IsInstalled("dnsmasq"))
        {
            (_lab, _) = await Operations.Labs.Lab.UpAsync(Options, Progress.Add, default);
        }
    }

    public async Task DisposeAsync()
    {
        if (_lab is not null)
        {
            await Operations.Labs.Lab.DownAsync(Options.Directory, _ => { }, default);
        }
        Directory.Delete(_folder, recursive: true);
    }
}
