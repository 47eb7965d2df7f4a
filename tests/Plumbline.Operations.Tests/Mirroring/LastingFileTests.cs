using System.Net;
using System.Text;
using Plumbline.Diagnosis.Mirrors.Lasting;
using Plumbline.Operations.Mirroring.Lasting;

namespace Plumbline.Operations.Tests.Mirroring;

public sealed class LastingFileTests
{
    internal static readonly LastingMirror Mirror = new()
    {
        Name = "ids",
        Session = "0123456789ab",
        Bridge = "br-int",
        Targets = ["test-vm"],
        Sources = [new("qvobee51cf7-fb", "bee51cf7-fb12-4c5e-9a77-0123456789ab"), new("gre-1", null)],
        Output = new MirrorOutput.OwnDevice("mir-ids", null),
        Since = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero),
        Reason = "root: plumb mirror add ids test-vm",
    };

    public static TheoryData<LastingMirror> Mirrors => new(
        Mirror,
        Mirror with { AllPorts = true, WithLocalPort = true, Sources = [], Direction = MirrorDirection.In, Vlans = [1, 4095] },
        Mirror with { Output = new MirrorOutput.Existing("tapanalyser"), Direction = MirrorDirection.Out, SnapLength = 128, Untagged = true },
        Mirror with { Output = new MirrorOutput.OwnDevice("mon0", "veth"), Until = Mirror.Since.AddHours(2), HasOwnKeeper = true, Mtu = 9008 },
        Mirror with { Output = new MirrorOutput.Tunnel { Port = "plm012345670", Remote = IPAddress.Parse("2001:db8::9") } },
        Mirror with
        {
            Output = new MirrorOutput.Tunnel
            {
                Port = "plm012345670",
                Remote = IPAddress.Parse("10.0.0.9"),
                Local = IPAddress.Parse("10.0.0.1"),
                Key = 102,
                ErspanVersion = 2,
                ErspanDirection = 1,
                ErspanHardwareId = 7,
            },
        });

    [Theory]
    [MemberData(nameof(Mirrors))]
    public void What_is_written_is_read_back_the_same(LastingMirror mirror)
    {
        var read = LastingFile.Parse(LastingFile.Write(mirror), "x");
        Assert.Equal(mirror.Sources, read.Sources);
        Assert.Equal(mirror.Targets, read.Targets);
        Assert.Equal(mirror.Vlans, read.Vlans);
        Assert.Equal(mirror, read with { Sources = mirror.Sources, Targets = mirror.Targets, Vlans = mirror.Vlans });
    }

    [Theory]
    [InlineData("", "The input does not contain any JSON tokens")]
    [InlineData("{}", "its format is not plumbline.mirror")]
    [InlineData("""{"format":"plumbline.mirror","version":2}""", "its version is 2, this plumb knows 1")]
    [InlineData("""{"format":"plumbline.mirror","version":1,"name":"a","session":"0123456789ab","bridge":"b"}""", "it names no port")]
    [InlineData("""{"format":"plumbline.mirror","version":1,"name":"../a","session":"0123456789ab","bridge":"b","allPorts":true}""", "name or session")]
    [InlineData("""{"format":"plumbline.mirror","version":1,"name":"a","session":"0123456789ab","bridge":"b","allPorts":true}""", "its output is none")]
    [InlineData("""{"format":"plumbline.mirror","version":1,"name":"a","session":"0123456789ab","allPorts":true}""", "it has no bridge")]
    public void Damaged_file_is_refused_with_its_reason(string text, string why)
    {
        var exception = Assert.Throws<OperationsException>(() => LastingFile.Parse(Encoding.UTF8.GetBytes(text), "/a/b.json"));
        Assert.Contains(why, exception.Problem.What, StringComparison.Ordinal);
        Assert.Equal("/a/b.json", exception.Problem.Where);
    }

    [Fact]
    public void Store_keeps_finds_and_deletes_and_a_damaged_file_hides_no_other()
    {
        var folder = Directory.CreateTempSubdirectory("plt-store-").FullName;
        try
        {
            var store = new LastingStore(new() { StateDirectory = folder + "/run", LastingDirectory = folder + "/lib" });
            Assert.Empty(store.Read().Mirrors);
            store.Save(Mirror);
            store.Save(Mirror with { Name = "own", HasOwnKeeper = true });
            File.WriteAllText(folder + "/lib/mirrors/bad.json", "{");
            var (mirrors, damaged) = store.Read();
            Assert.Equal(["ids", "own"], mirrors.Select(m => m.Name));
            Assert.Equal(folder + "/lib/mirrors/bad.json", Assert.Single(damaged).Where);
            Assert.True(File.Exists(folder + "/run/mirrors/own.json"));
            store.WriteTrouble("ids", "no such bridge");
            Assert.Equal("no such bridge", store.ReadKept()[0].Trouble);
            Assert.False(store.ReadKept()[0].IsKept);
            using (store.BecomeKeeper(LastingStore.Service))
            {
                Assert.True(store.ReadKept()[0].IsKept);
                Assert.False(store.ReadKept()[1].IsKept);
                Assert.Throws<OperationsException>(() => store.BecomeKeeper(LastingStore.Service));
            }
            store.Delete(Mirror);
            Assert.Null(store.Find("ids"));
            Assert.Null(store.ReadTrouble("ids"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
