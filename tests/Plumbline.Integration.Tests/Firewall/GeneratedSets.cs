using System.Text;

namespace Plumbline.Integration.Tests.Firewall;

/// <summary>Sets of every type that the simulator decides, with members that packets may hit.</summary>
internal static class GeneratedSets
{
    private const string IPv4 = """
        create nets hash:net family inet
        add nets 10.1.0.0/24
        add nets 10.1.0.128/25 nomatch
        add nets 10.1.0.200/32
        add nets 10.2.0.0/16
        create hosts hash:ip family inet
        add hosts 10.1.0.5
        add hosts 10.2.3.4
        create services hash:ip,port family inet
        add services 10.1.0.5,tcp:22
        add services 10.1.0.6,udp:53
        add services 10.1.0.6,icmp:echo-request
        create netservices hash:net,port family inet
        add netservices 10.1.0.0/24,tcp:80
        add netservices 10.2.0.0/16,udp:67
        add netservices 10.2.3.0/24,udp:67 nomatch
        create triples hash:ip,port,ip family inet
        add triples 10.1.0.5,tcp:80,10.2.3.4
        create trinets hash:ip,port,net family inet
        add trinets 10.1.0.6,udp:53,10.1.0.0/24
        create ports bitmap:port range 0-65535
        add ports 22
        add ports 68
        create range bitmap:ip range 10.1.0.0/24
        add range 10.1.0.5
        add range 10.1.0.77
        create masked hash:ip family inet netmask 24
        add masked 10.1.0.0
        create macs hash:mac
        add macs fa:16:3e:c3:ea:d5
        create addressmacs hash:ip,mac family inet
        add addressmacs 10.1.0.5,fa:16:3e:c3:ea:d5
        add addressmacs 10.2.3.4,fa:16:3e:00:00:01
        create marks hash:ip,mark family inet
        add marks 10.1.0.5,0x1
        add marks 10.2.3.4,0x0
        create pairs hash:net,net family inet
        add pairs 10.1.0.0/24,10.2.0.0/16
        add pairs 10.1.0.0/25,10.2.3.0/24 nomatch
        add pairs 10.0.0.0/8,8.8.8.8/32
        create doors hash:net,iface family inet
        add doors 10.1.0.0/24,qbrone
        add doors 10.2.0.0/16,eth1
        add doors 10.1.0.0/28,qbrone nomatch
        add doors 0.0.0.0/0,qbrtwo
        create pairports hash:net,port,net family inet
        add pairports 10.1.0.0/24,tcp:22,10.0.0.0/8
        add pairports 10.1.0.0/24,udp:53,10.2.0.0/16
        create lists list:set size 8
        add lists hosts
        add lists nets

        """;

    private const string IPv6 = """
        create nets hash:net family inet6
        add nets fd00:1::/64
        add nets fd00:1::80/121 nomatch
        add nets fd00:2::/48
        create hosts hash:ip family inet6
        add hosts fd00:1::5
        create services hash:ip,port family inet6
        add services fd00:1::5,tcp:22
        add services fd00:1::6,udp:53
        add services fd00:1::6,icmpv6:echo-request
        create netservices hash:net,port family inet6
        add netservices fd00:1::/64,tcp:80
        create ports bitmap:port range 0-65535
        add ports 22
        add ports 546
        create triples hash:ip,port,ip family inet6
        add triples fd00:1::5,tcp:80,fd00:2::1
        create trinets hash:ip,port,net family inet6
        add trinets fd00:1::6,udp:53,fd00:1::/64
        create masked hash:ip family inet6 netmask 64
        add masked fd00:1::
        create macs hash:mac
        add macs fa:16:3e:c3:ea:d5
        create addressmacs hash:ip,mac family inet6
        add addressmacs fd00:1::5,fa:16:3e:c3:ea:d5
        create marks hash:ip,mark family inet6
        add marks fd00:1::5,0x1
        create pairs hash:net,net family inet6
        add pairs fd00:1::/64,fd00:2::/48
        add pairs fd00:1::/72,fd00:2::/64 nomatch
        create doors hash:net,iface family inet6
        add doors fd00:1::/64,qbrone
        add doors fd00:2::/48,eth1
        add doors fd00:1::/112,qbrone nomatch
        create pairports hash:net,port,net family inet6
        add pairports fd00:1::/64,tcp:22,fd00::/16
        create lists list:set size 8
        add lists hosts
        add lists ports

        """;

    private static HashSet<string>? _refused;

    /// <summary>The sets as <c>ipset restore</c> takes them, and their names with their dimensions; without types that this kernel lacks.</summary>
    public static async Task<(string Text, (string Name, int Dimensions)[] Names)> ForAsync(KernelNode node, bool ipv6)
    {
        var text = new StringBuilder();
        var names = new List<(string, int)>();
        foreach (var line in (ipv6 ? IPv6 : IPv4).Split('\n'))
        {
            var words = line.Split(' ');
            if (words is ["create", var name, var type, ..] && !(_refused ??= await AskAsync(node)).Contains(type))
            {
                names.Add((name, type == "list:set" ? 1 : type.Split(',').Length));
            }
            if (words.Length > 1 && names.Exists(n => n.Item1 == words[1]))
            {
                text.Append(line).Append('\n');
            }
        }
        return (text.ToString(), names.ToArray());
    }

    private static async Task<HashSet<string>> AskAsync(KernelNode node)
    {
        var refused = new HashSet<string>(StringComparer.Ordinal);
        foreach (var type in (string[])["hash:mac", "hash:ip,mac", "hash:ip,mark", "hash:net,net", "hash:net,iface", "hash:net,port,net"])
        {
            if (await node.TryAsync("ipset", ["create", "trial", type]))
            {
                await node.RunAsync("ipset", ["destroy", "trial"], null);
            }
            else
            {
                refused.Add(type);
            }
        }
        return refused;
    }
}
