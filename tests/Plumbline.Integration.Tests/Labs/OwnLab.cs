using Plumbline.Operations.Labs;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Labs;

/// <summary>A lab of a test's own shape, in a folder of its own beside any that the user has; gone with the test.</summary>
public class OwnLab : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plt-lab-").FullName;
    private LabDescription? _lab;

    /// <summary>A lab of <paramref name="shape"/>, which says all but the folder.</summary>
    public OwnLab(LabOptions shape) => Options = shape with { Directory = Path.Join(_folder, "lab") };

    /// <summary>The lab; the test is skipped where none can be made.</summary>
    public LabDescription Lab
    {
        get
        {
            LabFixture.SkipUnlessPossible();
            return _lab!;
        }
    }

    public LabOptions Options { get; }

    public List<string> Progress { get; } = [];

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
