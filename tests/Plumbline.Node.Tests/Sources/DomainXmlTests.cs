using System.Xml;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;

namespace Plumbline.Node.Tests.Sources;

public sealed class DomainXmlTests : IDisposable
{
    // made by hand after libvirt's formatdomain and nova's metadata (nova/virt/libvirt/config.py)
    private const string Definition = """
        <!-- WARNING: THIS IS AN AUTO-GENERATED FILE. -->
        <domain type='kvm'>
          <name>instance-0000002a</name>
          <uuid>7f6c1c2e-4b1a-4c6d-9a55-0d5f2e6a1b3c</uuid>
          <metadata>
            <nova:instance xmlns:nova="http://openstack.org/xmlns/libvirt/nova/1.1">
              <nova:package version="26.0.0"/>
              <nova:name>test-vm</nova:name>
              <nova:flavor name="m1.small"><nova:name>not this one</nova:name></nova:flavor>
              <nova:owner><nova:project uuid="x">admin</nova:project></nova:owner>
            </nova:instance>
          </metadata>
          <devices>
            <disk type='file'><source file='/x'/><target dev='vda'/></disk>
            <interface type='bridge'>
              <mac address='fa:16:3e:c3:ea:d5'/>
              <source bridge='qbrbee51cf7-fb'/>
              <target dev='tapbee51cf7-fb'/>
              <model type='virtio'/>
              <mtu size='1450'/>
            </interface>
            <interface type='vhostuser'>
              <mac address='FA:16:3E:00:00:02'/>
              <source type='unix' path='/run/vhu' mode='client'/>
              <virtualport type='openvswitch'><parameters interfaceid='11111111-2222-3333-4444-555555555555'/></virtualport>
            </interface>
          </devices>
        </domain>
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("plumb-domains-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_definition_is_read_with_novas_name_and_every_interface()
    {
        var domain = DomainXml.Read(new StringReader(Definition), null)!;

        Assert.Equal(("instance-0000002a", "test-vm", null), (domain.Name, domain.DisplayName, domain.IsRunning));
        Assert.Equal(Guid.Parse("7f6c1c2e-4b1a-4c6d-9a55-0d5f2e6a1b3c"), domain.Uuid);
        Assert.Equal(
            [
                new()
                {
                    Type = "bridge",
                    Target = "tapbee51cf7-fb",
                    Source = "qbrbee51cf7-fb",
                    Address = Primitives.MacAddress.Parse("fa:16:3e:c3:ea:d5"),
                    Model = "virtio",
                    Mtu = 1450,
                },
                new DomainInterface
                {
                    Type = "vhostuser",
                    Source = "/run/vhu",
                    InterfaceId = "11111111-2222-3333-4444-555555555555",
                    Address = Primitives.MacAddress.Parse("fa:16:3e:00:00:02"),
                },
            ],
            domain.Interfaces);
    }

    [Fact]
    public void A_status_file_wraps_it_and_says_that_it_runs()
    {
        var domain = DomainXml.Read(new StringReader(Status("running")), null)!;

        Assert.Equal(("instance-0000002a", "test-vm", true), (domain.Name, domain.DisplayName, domain.IsRunning));
        Assert.Equal(2, domain.Interfaces.Count);
        Assert.False(DomainXml.Read(new StringReader(Status("shutoff")), null)!.IsRunning);
    }

    [Theory]
    [InlineData("<!DOCTYPE d [<!ENTITY a 'b'>]><domain><name>&a;</name></domain>")]
    [InlineData("<domain><name>a</name>")]
    [InlineData("<domain><name><b/></name></domain>")]
    [InlineData("")]
    [InlineData("not xml")]
    public void Damage_is_an_xml_exception(string text) =>
        Assert.ThrowsAny<XmlException>(() => DomainXml.Read(new StringReader(text), null));

    [Fact]
    public void Other_xml_is_no_domain() =>
        Assert.Null(DomainXml.Read(new StringReader("<network><name>default</name></network>"), null));

    [Fact]
    public async Task Running_beats_defined_and_damage_is_told()
    {
        var running = Directory.CreateDirectory(Path.Combine(_folder, "run")).FullName;
        var defined = Directory.CreateDirectory(Path.Combine(_folder, "etc")).FullName;
        await File.WriteAllTextAsync(Path.Combine(running, "instance-0000002a.xml"), Status("running"));
        await File.WriteAllTextAsync(Path.Combine(defined, "instance-0000002a.xml"), Definition);
        await File.WriteAllTextAsync(Path.Combine(defined, "b.xml"), "<domain><name>other</name></domain>");
        await File.WriteAllTextAsync(Path.Combine(defined, "c.xml"), "<domain><name>cut");

        var snapshot = await LiveNode.ReadAsync(
            new()
            {
                LibvirtDirectories = [running, defined],
                NamespaceDirectory = Path.Combine(_folder, "netns"),
                OvsRunDirectory = Path.Combine(_folder, "ovs"),
            },
            SnapshotScope.Topology,
            default);

        Assert.Equal(
            [("instance-0000002a", true), ("other", false)], snapshot.Domains.Select(domain => (domain.Name, domain.IsRunning!.Value)));
        var reports = snapshot.Sources.Where(report => report.Source == "libvirt").ToArray();
        Assert.Equal([SourceOutcome.Read, SourceOutcome.Partial], reports.Select(report => report.Outcome));
        Assert.StartsWith("c.xml: ", reports[1].Detail);
        Assert.Equal("1 VMs are not known by name", reports[1].Consequence);
    }

    [Fact]
    public async Task A_node_with_nothing_is_told_source_by_source()
    {
        var snapshot = await LiveNode.ReadAsync(
            new()
            {
                Name = "bare",
                LibvirtDirectories = [Path.Combine(_folder, "libvirt")],
                NamespaceDirectory = Path.Combine(_folder, "netns"),
                OvsRunDirectory = Path.Combine(_folder, "ovs"),
            },
            SnapshotScope.Topology,
            default);

        Assert.Equal("bare", snapshot.Host);
        Assert.Equal(
            [("links", SourceOutcome.Read), ("namespaces", SourceOutcome.Read), ("ovsdb", SourceOutcome.Absent), ("libvirt", SourceOutcome.Absent)],
            snapshot.Sources.Select(report => (report.Source, report.Outcome)));
        var ovsdb = snapshot.Sources[2];
        Assert.Equal($"no ovsdb-server at unix:{_folder}/ovs/db.sock: no such socket", ovsdb.Detail);
        Assert.StartsWith("no VLAN tags, no OVS bridges", ovsdb.Consequence);
        Assert.Contains(snapshot.Namespaces[0].Links, link => link.Name == "lo");
        Assert.Null(snapshot.Ovs);
    }

    private static string Status(string state) =>
        $"<domstatus state='{state}' reason='booted' pid='4242'>\n<monitor path='/x' type='unix'/>\n"
        + Definition[Definition.IndexOf("<domain", StringComparison.Ordinal)..].Replace("<domain type='kvm'>", "<domain type='kvm' id='3'>")
        + "\n</domstatus>";
}
