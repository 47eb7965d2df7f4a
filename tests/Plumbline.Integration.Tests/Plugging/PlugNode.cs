using System.Globalization;
using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Linux.Processes;
using Plumbline.Node;
using Plumbline.Operations.Labs;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Plugging;

/// <summary>A namespace with an Open vSwitch of its own: br-int on the userspace datapath, and a second bridge.</summary>
public sealed class PlugNode : IAsyncLifetime
{
    private TestNamespace? _namespace;

    public TestNamespace Namespace => _namespace ?? throw new InvalidOperationException("skipped");

    public string Folder { get; } = Directory.CreateTempSubdirectory("plt-ovs-").FullName;

    public NodeAccess Access => new()
    {
        Name = "plug-test",
        NamespaceFile = Namespace.Path,
        OvsRunDirectory = Folder,
        OvsdbOptions = new() { Timeout = TimeSpan.FromSeconds(5) },
    };

    /// <summary>
    /// Links, and the database but what ovs-vswitchd itself counts: equal texts are equal nodes. The MTU of an OVS bridge's own
    /// device is left out: ovs-vswitchd lets it follow the smallest port in its own time.
    /// </summary>
    public string Dump()
    {
        using var netlink = RouteNetlink.Open(Namespace.Namespace);
        var links = netlink.ListLinks().Select(l => string.Create(CultureInfo.InvariantCulture,
            $"{l.Name} {l.Kind} {(l.Name.StartsWith("br-", StringComparison.Ordinal) ? null : l.Mtu)} {l.MasterIndex} {(l.Flags & (LinkFlags.Up | LinkFlags.Promiscuous)):x} {l.Data} {l.IfIndex}"));
        var ports = Vsctl("--format=csv", "--columns=_uuid,name,interfaces,tag,vlan_mode,trunks,other_config", "list", "Port");
        var interfaces = Vsctl("--format=csv", "--columns=_uuid,name,type,external_ids", "list", "Interface");
        var bridges = Vsctl("--format=csv", "--columns=_uuid,name,ports", "list", "Bridge");
        return string.Join('\n', links.Order(StringComparer.Ordinal)) + "\n"
            + string.Join('\n', (ports + interfaces + bridges).Split('\n').Order(StringComparer.Ordinal));
    }

    public string Vsctl(params string[] arguments) =>
        Namespace.Run("ovs-vsctl", [$"--db=unix:{Folder}/db.sock", "--timeout=10", .. arguments]);

    public string Ip(params string[] arguments) => Namespace.Run("ip", arguments);

    public async Task InitializeAsync()
    {
        if (!Root.IsRoot || !Root.IsInstalled("ovs-vswitchd"))
        {
            return;
        }
        _namespace = TestNamespace.Create("plug");
        await OvsDaemons.StartAsync(_namespace.Namespace, Folder, default);
        foreach (var bridge in new[] { "br-int", "br-other" })
        {
            Vsctl("add-br", bridge, "--", "set", "Bridge", bridge, "datapath_type=netdev", "fail_mode=standalone");
        }
    }

    public async Task DisposeAsync()
    {
        if (_namespace is not null)
        {
            await EndAsync("ovs-vswitchd.pid");
            await EndAsync("ovsdb-server.pid");
            _namespace.Dispose();
        }
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Ends a daemon.</summary>
    public async Task EndAsync(string pidFile)
    {
        var path = Path.Join(Folder, pidFile);
        if (!File.Exists(path))
        {
            return;
        }
        if (ProcessIdentity.Find(int.Parse(await File.ReadAllTextAsync(path), CultureInfo.InvariantCulture)) is { } daemon)
        {
            await ProcessControl.EndAsync([daemon], TimeSpan.Zero, default);
        }
    }
}
