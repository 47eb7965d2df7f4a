using System.Net;
using Plumbline.Packets.Filtering;
using Plumbline.Packets.Pcapng;
using Plumbline.Packets.Tests.Dissection;
using Plumbline.Testing;
using static Plumbline.Packets.Tests.Frames;

namespace Plumbline.Packets.Tests.Filtering;

public sealed class ConditionTests
{
    private static readonly Dictionary<IPAddress, string> _names = new() { [IPAddress.Parse("172.16.0.12")] = "test-vm|other" };

    [Theory]
    [InlineData("tcp", false)]
    [InlineData("udp", true)]
    [InlineData("udp port 4001", true)]
    [InlineData("src port 4001", false)]
    [InlineData("dst port 4001 and src 172.16.0.12", true)]
    [InlineData("host 192.0.2.1", true)]
    [InlineData("dst host 192.0.2.2", true)]
    [InlineData("dst 192.0.2.1", false)]
    [InlineData("net 172.16.0.0/24 and not icmp", true)]
    [InlineData("net 172.16.1.0/24", false)]
    [InlineData("vm test-vm", true)]
    [InlineData("dst vm test-vm", false)]
    [InlineData("(vm \"test-vm\")", true)]
    [InlineData("vm 'test vm' or udp", true)]
    [InlineData("vxlan vni 77 vlan 12", true)]
    [InlineData("vlan", true)]
    [InlineData("vlan 13 or (geneve || !udp)", false)]
    [InlineData("mac fa:16:3e:00:00:01", true)]
    [InlineData("src mac fa:16:3e:00:00:01", false)]
    [InlineData("net ::/0", false)]
    [InlineData("net 0.0.0.0/0 greater 90", true)]
    [InlineData("less 90", false)]
    public void A_packet_in_a_tunnel_is_found_by_inside_and_outside(string filter, bool isFound)
    {
        var inner = Ethernet(0x8100, [.. U16(12), .. U16(0x0800), .. IPv4(17, Udp(4000, 4001, new byte[3]))]);
        var frame = Ethernet(0x0800, IPv4(17, Udp(5000, 4789, Vxlan(77, inner)), "192.0.2.1", "192.0.2.2"));
        Assert.Equal(isFound, Matches(filter, frame));
    }

    [Theory]
    [InlineData("host", "an address is missing", 5)]
    [InlineData("host and", "\"and\" is no address", 6)]
    [InlineData("tcp port 70000", "\"70000\" is not a port", 10)]
    [InlineData("(tcp", "a closing bracket is missing", 5)]
    [InlineData("tcp)", "\")\" is not expected here", 4)]
    [InlineData("tcpp", "\"tcpp\" is not known", 1)]
    [InlineData("net 10.0.0.0/33", "\"10.0.0.0/33\" is no prefix", 5)]
    [InlineData("udp at \"test-vm qvo", "the quotation mark is not closed", 8)]
    [InlineData("", "something is missing at the end", 1)]
    public void What_is_not_understood_is_told_with_its_place(string filter, string complaint, int column)
    {
        var problem = Assert.Throws<PacketsException>(() => ConditionParser.Parse(filter)).Problem;
        Assert.Equal($"the filter is not understood: {complaint}", problem.What);
        Assert.Equal($"{filter}, column {column}", problem.Where);
    }

    [Fact]
    public void Endless_brackets_end() =>
        Assert.Throws<PacketsException>(() => ConditionParser.Parse(new string('(', 100_000)));

    [SkippableTheory]
    [InlineData("tcp", "tcp")]
    [InlineData("host 10.9.0.1", "host 10.9.0.1")]
    [InlineData("src 10.9.0.1 and tcp", "src host 10.9.0.1 and tcp")]
    [InlineData("port 53", "port 53")]
    [InlineData("icmp6", "icmp6 or (ip6[6] = 0 and ip6[40] = 58) or (ip6[6] = 44 and ip6[40] = 58)")]
    [InlineData("arp or stp", "arp or stp")]
    [InlineData("net fd00::/64", "net fd00::/64")]
    [InlineData("not ip", "not ip")]
    public void Tcpdump_finds_the_same_packets_where_nothing_is_tagged_or_tunnelled(string ours, string theirs)
    {
        Root.SkipUnlessInstalled("tcpdump");
        foreach (var file in Samples.Files)
        {
            using var stream = File.OpenRead(file);
            var reader = new PcapngReader(stream, file);
            var matcher = new ConditionMatcher(ConditionParser.Parse(ours), _names, reader.Interfaces);
            var count = 0;
            while (reader.TryRead(out var packet))
            {
                FrameHeaders.Read(packet.Data, packet.LinkType, out var headers);
                count += matcher.Matches(packet, headers) ? 1 : 0;
            }
            var lines = Tool.Run("tcpdump", "-n", "-t", "-q", "-r", file, theirs).Split('\n');
            Assert.Equal(lines.Count(line => line.Length > 0 && !char.IsWhiteSpace(line[0])), count);
        }
    }

    private static bool Matches(string filter, byte[] frame)
    {
        FrameHeaders.Read(frame, 1, out var headers);
        var packet = new PacketView { Interface = 0, Data = frame, OriginalLength = frame.Length, LinkType = 1 };
        return new ConditionMatcher(ConditionParser.Parse(filter), _names, [new() { Number = 0, LinkType = 1 }]).Matches(packet, headers);
    }
}
