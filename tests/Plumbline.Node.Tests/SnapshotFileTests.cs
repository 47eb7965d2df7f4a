using System.IO.Compression;
using System.Net;
using System.Text;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;
using Plumbline.Primitives;
using Plumbline.Testing;

namespace Plumbline.Node.Tests;

public sealed class SnapshotFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plumb-snapshot-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_was_written_is_read_back()
    {
        var path = Path.Combine(_folder, "node.plumb");

        SnapshotFile.Write(Full, path);
        using var stream = File.OpenRead(path);
        var read = SnapshotFile.Read(stream, path);

        Assert.Equal(SnapshotText.Of(Full), SnapshotText.Of(read));
        Assert.IsType<LinkData.Vxlan>(read.Namespaces[0].Links[1].Data);
        Assert.Equal("plumb-snapshot 1\n"u8.ToArray(), File.ReadAllBytes(path)[..17]);
        Assert.Equal(["node.plumb"], Directory.GetFiles(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public void An_existing_snapshot_is_replaced_whole()
    {
        var path = Path.Combine(_folder, "node.plumb");
        File.WriteAllText(path, new string('x', 1 << 20));

        SnapshotFile.Write(Full, path);

        Assert.Equal(SnapshotText.Of(Full), SnapshotText.Of(OfflineNode.Read(path)));
    }

    [SkippableTheory]
    [InlineData("cmp1")]
    [InlineData("ctl")]
    public void A_recorded_node_survives_the_file(string node)
    {
        var snapshot = OfflineNode.Read(SharedFiles.Require($"cases/neutron-node/states/sg-rules/{node}"));

        Assert.Equal(SnapshotText.Of(snapshot), SnapshotText.Of(Read(Bytes(snapshot))));
    }

    [Fact]
    public void A_full_disk_leaves_no_half_file()
    {
        var exception = Assert.Throws<NodeException>(() => SnapshotFile.Write(Full, "/dev/full"));

        Assert.Equal("cannot write the snapshot \"/dev/full\": No space left on device", exception.Problem.What);
        Assert.Contains("free some space", exception.Problem.Fix);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named()
    {
        var exception = Assert.Throws<NodeException>(() => SnapshotFile.Write(Full, "/nonexistent/node.plumb"));

        Assert.Equal("cannot write the snapshot \"/nonexistent/node.plumb\": No such file or directory", exception.Problem.What);
    }

    [Fact]
    public void A_folder_is_not_overwritten()
    {
        var exception = Assert.Throws<NodeException>(() => SnapshotFile.Write(Full, _folder));

        Assert.Contains("Is a directory", exception.Problem.What);
    }

    [Theory]
    [InlineData("", "is not a snapshot of plumb")]
    [InlineData("plumb-snapshot ", "is not a snapshot of plumb")]
    [InlineData("plumb-snapshot x\n", "its version is not a number")]
    [InlineData("plumb-snapshot 0\n", "its version is not a number")]
    [InlineData("plumb-snapshot 2\n", "was written by a newer plumb: snapshot version 2, this plumb reads up to 1")]
    [InlineData("plumb-snapshot 1\nhello", "is damaged or cut off")]
    [InlineData("plumb-snapshot 1\n", "is damaged or cut off")]
    [InlineData("tcpdump: listening\n", "is not a snapshot of plumb")]
    public void Each_kind_of_damage_has_its_words(string content, string words)
    {
        var exception = Assert.Throws<NodeException>(() => Read(Encoding.ASCII.GetBytes(content)));

        Assert.Contains(words, exception.Problem.What);
        Assert.NotNull(exception.Problem.Fix);
        Assert.Equal(ExitStatus.BadInput, exception.Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"Sources\":null,\"Namespaces\":[],\"Domains\":[],\"Firewall\":[]}")]
    [InlineData("{\"Sources\":[null],\"Namespaces\":[],\"Domains\":[],\"Firewall\":[]}")]
    [InlineData("{\"Sources\":[],\"Namespaces\":[],\"Firewall\":[]}")]
    [InlineData("{\"Sources\":[],\"Namespaces\":[],\"Domains\":[],\"Firewall\":[{\"Namespace\":\"\",\"Tool\":\"x\"}]}")]
    [InlineData("{\"Sources\":[],\"Namespaces\":[],\"Domains\":[{}],\"Firewall\":[]}")]
    [InlineData("{\"Sources\":[],\"Namespaces\":[],\"Domains\":[],\"Firewall\":[{\"Namespace\":\"\",\"Tool\":null,\"Text\":\"\"}]}")]
    public void Json_of_another_shape_is_damage(string json) =>
        Assert.Contains("is damaged or cut off", Assert.Throws<NodeException>(() => Read(Wrap(json))).Problem.What);

    [Fact]
    public void A_document_with_what_must_be_there_is_enough()
    {
        var snapshot = Read(Wrap("{\"Sources\":[],\"Namespaces\":[],\"Domains\":[],\"Firewall\":[],\"FromTheFuture\":1}"));

        Assert.Empty(snapshot.Namespaces);
    }

    [Fact]
    public void A_bomb_is_refused()
    {
        using var stream = new MemoryStream();
        stream.Write("plumb-snapshot 1\n"u8);
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
        {
            var blanks = new byte[1 << 20];
            Array.Fill(blanks, (byte)' ');
            for (var i = 0; i <= SnapshotFile.LargestDocument >> 20; i++)
            {
                gzip.Write(blanks);
            }
        }

        var exception = Assert.Throws<NodeException>(() => Read(stream.ToArray()));

        Assert.Contains("it unpacks to more than 256 MiB", exception.Problem.What);
    }

    [Fact]
    public void Cut_anywhere_it_is_damage_or_lacks_nothing()
    {
        const int Trailer = 12;     // RFC 1952: the end of the last block, CRC32 and ISIZE, which .NET does not miss
        var whole = Bytes(Full);
        for (var length = 0; length < whole.Length; length++)
        {
            try
            {
                var read = Read(whole[..length]);
                Assert.Equal(SnapshotText.Of(Full), SnapshotText.Of(read));
                Assert.InRange(length, whole.Length - Trailer, whole.Length);
            }
            catch (NodeException exception)
            {
                Assert.NotNull(exception.Problem.Fix);
            }
        }
    }

    [Fact]
    public void Flipped_bytes_are_damage_or_a_snapshot_and_nothing_else()
    {
        var random = new Random(20151220);
        var whole = Bytes(Full);
        for (var i = 0; i < 1500; i++)
        {
            var damaged = whole.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
            {
                damaged[random.Next(damaged.Length)] ^= (byte)random.Next(1, 256);
            }
            AssertDamageOrSnapshot(damaged);
        }
    }

    [Fact]
    public void Damaged_json_inside_sound_gzip_is_damage_or_a_snapshot_and_nothing_else()
    {
        var random = new Random(20151220);
        var json = Encoding.UTF8.GetBytes(SnapshotText.Of(Full));
        for (var i = 0; i < 1500; i++)
        {
            var damaged = json.ToArray();
            var at = random.Next(damaged.Length);
            damaged[at] = (byte)"\"{}[]:,0-9.eEnulltruefalse\\ \0\xff"[random.Next(29)];
            if (random.Next(4) == 0)
            {
                var from = random.Next(damaged.Length);
                damaged = [.. damaged[..at], .. damaged[Math.Max(at, from)..]];
            }
            AssertDamageOrSnapshot(Wrap(damaged));
        }
    }

    private static void AssertDamageOrSnapshot(byte[] bytes)
    {
        try
        {
            var snapshot = Read(bytes);
            Assert.True(SnapshotCheck.IsWhole(snapshot));
            SnapshotText.Of(snapshot);
        }
        catch (NodeException exception)
        {
            Assert.NotNull(exception.Problem.Fix);
        }
    }

    private static NodeSnapshot Read(byte[] bytes) => SnapshotFile.Read(new MemoryStream(bytes), "node.plumb");

    private static byte[] Bytes(NodeSnapshot snapshot)
    {
        using var stream = new MemoryStream();
        SnapshotFile.Write(snapshot, stream);
        return stream.ToArray();
    }

    private static byte[] Wrap(string json) => Wrap(Encoding.UTF8.GetBytes(json));

    private static byte[] Wrap(byte[] json)
    {
        using var stream = new MemoryStream();
        stream.Write("plumb-snapshot 1\n"u8);
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(json);
        }
        return stream.ToArray();
    }

    private static NodeSnapshot Full { get; } = new()
    {
        Host = "compute-опт",
        TakenAt = new DateTimeOffset(2015, 12, 20, 12, 30, 0, TimeSpan.FromHours(3)),
        Kernel = "6.1.0",
        TakenBy = "0.1.0",
        Sources =
        [
            new() { Source = "ovsdb", Where = "unix:/x", Outcome = SourceOutcome.Forbidden, Detail = "Permission denied", Consequence = "c" },
        ],
        Namespaces =
        [
            new()
            {
                Name = "",
                Inode = 4026531840,
                Links =
                [
                    new()
                    {
                        IfIndex = 1,
                        Name = "lo",
                        HardwareType = 772,
                        Flags = LinkFlags.Up | LinkFlags.Loopback | (LinkFlags)0x400000,
                        OperationalState = OperationalState.Unknown,
                        Mtu = 65536,
                        Address = new MacAddress(0),
                        Unknown = [new(200, [1, 2, 3])],
                        Statistics = new() { ReceivedBytes = ulong.MaxValue },
                    },
                    new()
                    {
                        IfIndex = 2,
                        Name = "vx",
                        Kind = "vxlan",
                        Data = new LinkData.Vxlan { Vni = 42, Local = IPAddress.Parse("fe80::1"), Port = 4789 },
                        LinkNamespaceId = 0,
                        BridgePort = new() { State = BridgePortState.Forwarding, Hairpin = false },
                    },
                    new() { IfIndex = 3, Name = "b", Data = new LinkData.Bridge { ForwardDelaySeconds = 0.02, BridgeId = "8000.b21e7be143d6" } },
                    new() { IfIndex = 4, Name = "t", Data = new LinkData.Tun { IsTap = true, Owner = 64055 } },
                    new() { IfIndex = 5, Name = "g", Data = new LinkData.Gre { InKey = 10 } },
                    new() { IfIndex = 6, Name = "v", Data = new LinkData.Vlan { Id = 100, Protocol = 0x8100 } },
                ],
                Addresses = [new() { IfIndex = 1, Address = IPAddress.Loopback, PrefixLength = 8, Scope = 254 }],
                Routes =
                [
                    new()
                    {
                        Destination = IPAddress.Any,
                        PrefixLength = 0,
                        Table = 254,
                        NextHops = [new(2, IPAddress.Parse("10.0.0.1"), 1), new(3, null, 2)],
                    },
                ],
                Neighbours = [new() { IfIndex = 2, Address = IPAddress.Parse("10.0.0.1"), State = 0x20 }],
                Fdb = [new() { IfIndex = 2, Address = MacAddress.Parse("fa:16:3e:00:00:01"), Vlan = 1 }],
                Numbers = [new(0, 4026532000), new(1, 0, "qdhcp-x")],
                Sysctls = new Dictionary<string, string> { ["net.bridge.bridge-nf-call-iptables"] = "1" },
            },
        ],
        Ovs = new()
        {
            Uuid = Guid.Parse("20eab69c-e759-41b0-a480-97688ec0b4b8"),
            ExternalIds = new Dictionary<string, string> { ["system-id"] = "a\"\n\u202e" },
            Managers = ["ptcp:6640"],
            Bridges =
            [
                new()
                {
                    Name = "br-int",
                    Protocols = ["OpenFlow10"],
                    Controllers = [new("tcp:127.0.0.1:6633", true)],
                    Ports = [new() { Name = "p", Tag = 1, Trunks = [2, 3], Interfaces = [new() { Name = "p", OfPort = -1 }] }],
                    Mirrors = [new() { Name = "m", SelectVlans = [1], SelectSourcePorts = [Guid.Parse("20eab69c-e759-41b0-a480-97688ec0b4b9")] }],
                },
            ],
        },
        Domains = [new() { Name = "instance-00000001", Interfaces = [new() { Type = "bridge", Target = "tap1" }] }],
        Firewall = [new("", "iptables-save", "*filter\nCOMMIT\n")],
    };
}
