using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;
using Plumbline.Testing;

namespace Plumbline.Node.Tests.Sources;

/// <summary>Archives in a sosreport's shape, made here from recorded outputs.</summary>
public sealed class ArchiveTests : IDisposable
{
    private const string Node = "cases/neutron-node/states/sg-rules/ctl";

    private readonly string _scratch = Directory.CreateTempSubdirectory("plt-archive-").FullName;

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    [SkippableFact]
    public void A_sosreport_tells_the_same_packed_and_unpacked()
    {
        var files = Report(SharedFiles.Require(Node));
        var folder = Path.Combine(_scratch, "report");
        foreach (var (path, text) in files)
        {
            var file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }
        var packed = Pack(files);

        var unpacked = OfflineNode.Read(folder);
        var fromTar = OfflineNode.Read(Write("a.tar.gz", Gzip(packed)));

        Assert.Equal("ctl", unpacked.Host);
        Assert.Equal(SnapshotText.Of(unpacked with { Sources = [] }), SnapshotText.Of(fromTar with { Sources = [] }));
        var straight = OfflineNode.Read(SharedFiles.Require(Node));
        Assert.Equal(
            straight.Namespaces.Select(space => (space.Name, space.Links.Count, space.Addresses.Count, space.Routes.Count)),
            fromTar.Namespaces.Select(space => (space.Name, space.Links.Count, space.Addresses.Count, space.Routes.Count)));
        Assert.Equal(
            straight.Switching!.Bridges.Select(bridge => (bridge.Bridge, bridge.Flows)),
            fromTar.Switching!.Bridges.Select(bridge => (bridge.Bridge, bridge.Flows)));
        Assert.Equal(SnapshotText.Of(straight.Ovs!), SnapshotText.Of(fromTar.Ovs!));
    }

    [SkippableFact]
    public void An_archive_that_is_cut_off_tells_what_stands_before()
    {
        var packed = Pack(Report(SharedFiles.Require(Node)));

        var snapshot = OfflineNode.Read(Write("cut.tar", packed[..(packed.Length / 2)]));

        Assert.NotEmpty(snapshot.Namespaces[0].Links);
        Assert.Contains(snapshot.Sources, report => report is { Source: "files", Outcome: SourceOutcome.Partial }
            && report.Detail!.Contains("cut off", StringComparison.Ordinal));
    }

    /// <summary>GNU tar's sparse entries (<c>tar -S</c>), which the reader does not take.</summary>
    [SkippableFact]
    public void Before_a_sparse_entry_all_is_told_and_an_archive_that_begins_with_one_is_named()
    {
        Skip.If(Linux.Processes.Programs.Find("tar") is null, "needs the program tar");
        var inner = Directory.CreateDirectory(Path.Combine(_scratch, "in")).FullName;
        File.WriteAllText(Path.Combine(inner, "links"), "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 state UNKNOWN\n");
        using (var hole = File.Create(Path.Combine(inner, "hole")))
        {
            hole.SetLength(4 << 20);
            hole.Seek(1 << 20, SeekOrigin.Begin);
            hole.Write("x"u8);
        }
        foreach (var (name, files) in (ReadOnlySpan<(string, string[])>)[("last.tar", ["links", "hole"]), ("first.tar", ["hole", "links"])])
        {
            using var packed = System.Diagnostics.Process.Start("tar", ["-C", inner, "-S", "--format=gnu", "-cf", Path.Combine(_scratch, name), .. files]);
            packed.WaitForExit();
            Assert.Equal(0, packed.ExitCode);
        }

        var snapshot = OfflineNode.Read(Path.Combine(_scratch, "last.tar"));
        Assert.Equal(["lo"], snapshot.Namespaces[0].Links.Select(link => link.Name));
        Assert.Contains(snapshot.Sources, report => report is { Source: "files", Outcome: SourceOutcome.Partial });
        var refused = Assert.Throws<NodeException>(() => OfflineNode.Read(Path.Combine(_scratch, "first.tar")));
        Assert.NotNull(refused.Problem.Fix);
    }

    [Fact]
    public void A_path_that_leads_out_and_a_link_are_left_and_the_rest_is_read()
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "r/link") { LinkName = "/etc/shadow" });
            Add(writer, "../../etc/evil", "2: eth9: <UP> mtu 1500\n");
            Add(writer, "/etc/evil", "3: eth8: <UP> mtu 1500\n");
            Add(writer, "r/some", "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 state UNKNOWN\n");
        }
        var snapshot = OfflineNode.Read(Write("x.tar", stream.ToArray()));

        Assert.Equal(["lo"], snapshot.Namespaces[0].Links.Select(link => link.Name));
        Assert.Equal(2, snapshot.Sources.Count(report => report.Detail?.Contains("leads out", StringComparison.Ordinal) == true));
        Assert.Equal([Path.Combine(_scratch, "x.tar")], Directory.GetFileSystemEntries(_scratch));
    }

    [Theory]
    [InlineData("1f8b0800ffff")]
    [InlineData("fd377a585a00aabbcc")]
    public void A_damaged_archive_is_named(string bytes)
    {
        var exception = Assert.Throws<NodeException>(() => OfflineNode.Read(Write("bad.tar.xz", Convert.FromHexString(bytes))));
        Assert.Contains("bad.tar.xz\" is", exception.Problem.What, StringComparison.Ordinal);
        Assert.NotNull(exception.Problem.Fix);
    }

    [Fact]
    public void A_link_out_of_a_folder_is_named_and_a_pipe_is_not_opened()
    {
        File.WriteAllText(Path.Combine(_scratch, "links"), "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 state UNKNOWN\n");
        File.CreateSymbolicLink(Path.Combine(_scratch, "passwd"), "/etc/passwd");
        File.CreateSymbolicLink(Path.Combine(_scratch, "self"), "self");
        using var made = System.Diagnostics.Process.Start("mkfifo", Path.Combine(_scratch, "pipe"));
        made.WaitForExit();

        var snapshot = OfflineNode.Read(_scratch);

        Assert.Single(snapshot.Namespaces[0].Links);
        Assert.Contains(snapshot.Sources, report => report.Detail == "passwd is a link that leads out of the folder, and is not followed");
    }

    [SkippableFact]
    public void Nodes_of_a_folder_stand_beside_what_the_api_wants()
    {
        var set = OfflineNode.ReadNodes(SharedFiles.Require("cases/neutron-node/states/sg-rules"));

        Assert.Equal(["cmp1", "cmp2", "ctl"], set.Nodes.Select(node => node.Host));
        Assert.Contains(set.Api, document => document.Collection == "ports");
        Assert.Contains(set.Sources, report => report.Detail?.Contains("guests", StringComparison.Ordinal) == true);
        Assert.Equal(6, Plumbline.Node.Topologies.NodeTunnel.Between([.. set.Nodes.Select(Plumbline.Node.Topologies.Topology.Build)])
            .Count(tunnel => tunnel.PortBack is not null));
        Assert.Equal(["cmp1"], OfflineNode.ReadNodes(SharedFiles.Require("cases/neutron-node/faults/wrong-vlan-tag")).Nodes.Select(node => node.Host));
    }

    /// <summary>Recorded files at the paths where sos puts them (its plugins networking, openvswitch, firewall_tables).</summary>
    private static List<(string Path, string Text)> Report(string node)
    {
        const string Root = "sosreport-ctl-2026-11-22-abcdefg/";
        var files = new List<(string, string)>();
        void Put(string source, string target)
        {
            var text = File.ReadAllText(Path.Combine(node, source));
            if (text.Length > 0)
            {
                files.Add((Root + target, text));
            }
        }

        Put("hostname.txt", "sos_commands/host/hostname");
        Put("ip-d-link.txt", "sos_commands/networking/ip_-s_-d_link");
        Put("ip-addr.txt", "sos_commands/networking/ip_-d_address");
        Put("ip-route.txt", "sos_commands/networking/ip_route_show_table_all");
        Put("ip-netns.txt", "sos_commands/networking/ip_netns");
        Put("iptables-L-nv-x-line-numbers.txt", "sos_commands/firewall_tables/iptables_-vnxL");
        foreach (var table in (string[])["Bridge", "Interface", "Open_vSwitch", "Port", "Manager", "Mirror", "Controller"])
        {
            Put($"ovs-vsctl-list-{table}.txt", $"sos_commands/openvswitch/ovs-vsctl_-t_5_list_{table.ToLowerInvariant()}");
        }
        Put("ovs-vsctl-show.txt", "sos_commands/openvswitch/ovs-vsctl_-t_5_show");
        foreach (var bridge in File.ReadAllLines(Path.Combine(node, "ovs-vsctl-list-br.txt")))
        {
            Put($"ovs-ofctl-dump-flows-{bridge}.txt", $"sos_commands/openvswitch/ovs-ofctl_dump-flows_{bridge}");
            Put($"ovs-appctl-fdb-show-{bridge}.txt", $"sos_commands/openvswitch/ovs-appctl_fdb.show_{bridge}");
        }
        foreach (var space in Directory.GetDirectories(Path.Combine(node, "netns")).Select(path => Path.GetFileName(path)))
        {
            var folder = $"sos_commands/networking/namespaces/{space}/ip_netns_exec_{space}_";
            Put($"netns/{space}/ip-addr.txt", folder + "ip_-d_address_show");
            Put($"netns/{space}/ip-route.txt", folder + "ip_route_show_table_all");
            Put($"netns/{space}/iptables-save.txt", folder + "iptables-save");
        }
        files.Add((Root + "var/log/messages", "2: eth99: <UP> mtu 1500 qdisc noqueue state UP\n"));
        return files;
    }

    private static byte[] Pack(List<(string Path, string Text)> files)
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (path, text) in files)
            {
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, path)
                {
                    DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
                });
            }
        }
        return stream.ToArray();
    }

    private static void Add(TarWriter writer, string path, string text) => writer.WriteEntry(
        new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });

    private static byte[] Gzip(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }
        return stream.ToArray();
    }

    private string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_scratch, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
