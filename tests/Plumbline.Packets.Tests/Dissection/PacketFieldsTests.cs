using Plumbline.Packets.Dissection;
using Plumbline.Packets.Pcapng;
using Plumbline.Testing;

namespace Plumbline.Packets.Tests.Dissection;

public sealed class PacketFieldsTests
{
    private const int LinkTypeEthernet = 1;

    [SkippableFact]
    public void Tshark_agrees_on_every_field_of_the_captured_packets()
    {
        Root.SkipUnlessInstalled("tshark");
        Agree(Samples.Captured);
    }

    [SkippableFact]
    public void Tshark_agrees_on_every_field_of_the_packets_made_by_hand()
    {
        Root.SkipUnlessInstalled("tshark");
        Agree(Samples.Made);
    }

    [Fact]
    public void The_corpus_has_each_protocol_that_we_dissect()
    {
        var fields = new PacketFields();
        var layers = new HashSet<string>();
        foreach (var frame in Samples.Captured.Concat(Samples.Made))
        {
            fields.Read(frame, LinkTypeEthernet);
            layers.UnionWith(fields.Layers.Select(layer => layer.Name));
        }
        Assert.Superset(
            new HashSet<string>(
            [
                "eth", "vlan", "ieee8021ad", "arp", "ip", "ipv6", "icmp", "icmpv6", "tcp", "udp", "sctp", "dhcp", "dhcpv6", "dns", "vxlan",
                "gre", "erspan", "geneve", "llc", "stp", "lldp",
            ]),
            layers);
    }

    private static void Agree(List<byte[]> frames)
    {
        var path = Path.GetTempFileName();
        using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0))
        {
            var writer = new PcapngWriter(file, new());
            var number = writer.AddInterface(new() { Name = "test" });
            frames.ForEach(frame => writer.WritePacket(number, 0, frame, frame.Length));
            writer.Flush();
        }
        var fields = new PacketFields();
        var all = frames.ConvertAll(frame =>
        {
            fields.Read(frame, LinkTypeEthernet);
            return (IsError: fields.Fields.Any(f => f.Name is "icmp.type" && f.Value is 3 or 5 or 11 or 12 || f.Name is "icmpv6.type" && f.Value < 128),
                Texts: fields.Fields.Select(f => (f.Name, Text: PacketFields.TextOf(f, frame))).ToLookup(f => f.Name, f => f.Text));
        });
        var names = all.SelectMany(packet => packet.Texts.Select(field => field.Key)).Distinct().Order(StringComparer.Ordinal).ToList();
        var lines = Tool.Run(
            "tshark",
            [
                "-n", "-r", path, "-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE", "-o", "tcp.relative_sequence_numbers:FALSE", "-T", "fields", "-E", "occurrence=a",
                "-E", "aggregator=;", .. names.SelectMany(name => new[] { "-e", name }),
            ]).TrimEnd('\n').Split('\n');
        File.Delete(path);
        Assert.Equal(frames.Count, lines.Length);
        var disagreements = new List<string>();
        for (var i = 0; i < frames.Count; i++)
        {
            var theirs = lines[i].Split('\t');
            for (var f = 0; f < names.Count; f++)
            {
                var ours = all[i].Texts[names[f]].ToList();
                // an empty text looks like none
                var values = theirs[f].Length == 0 && ours is not [""] ? [] : theirs[f].Split(';').ToList();
                // of the packet that an ICMP error quotes, tshark tells more of what is cut off
                var expected = all[i].IsError && values.Count > ours.Count ? values[..ours.Count] : values;
                if (!expected.SequenceEqual(ours))
                {
                    disagreements.Add($"packet {i + 1} {names[f]}: tshark {theirs[f]}, ours {string.Join(';', ours)}");
                }
            }
        }
        Assert.True(disagreements.Count == 0, string.Join('\n', disagreements.Take(60)));
        Assert.True(names.Count > 25, "the sample proves little");
    }
}
