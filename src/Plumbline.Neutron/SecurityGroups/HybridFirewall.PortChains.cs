using System.Net;
using System.Net.Sockets;
using Plumbline.Primitives;

namespace Plumbline.Neutron.SecurityGroups;

public sealed partial record HybridFirewall
{
    private sealed partial class Compiler
    {
        // ICMPv6 types: 130/131/143 multicast listener query, report, report v2; 134 router advertisement; 135/136 neighbour discovery
        private static readonly int[] _icmpv6ToInstance = [130, 135, 136];
        private static readonly int[] _icmpv6WithoutAddress = [131, 135, 143];

        private void AddIngress(Chains chains, FirewallPort port, bool ipv6)
        {
            var chain = ChainOf('i', port);
            chains.Declare(chain);
            if (ipv6)
            {
                foreach (var type in _icmpv6ToInstance)
                {
                    chains.Add(chain, $"-p ipv6-icmp -m icmp6 --icmpv6-type {type} -j RETURN");
                }
            }
            chains.Add(chain, $"-m state --state RELATED,ESTABLISHED {Comment(Comments.Established)} -j RETURN");
            AddProviderRules(chains, chain, port, ipv6);
            AddGroupRules(chains, chain, port, ipv6, ingress: true);
            chains.Add(chain, $"-m state --state INVALID {Comment(Comments.Invalid)} -j DROP");
            chains.Add(chain, $"{Comment(Comments.Unmatched)} -j {_wrap}-sg-fallback");
        }

        private static void AddProviderRules(Chains chains, string chain, FirewallPort port, bool ipv6)
        {
            var own = FixedOf(port, ipv6);
            if (ipv6 && own.Count > 0)
            {
                chains.AddOnce(chain, "-p ipv6-icmp -m icmp6 --icmpv6-type 134 -j RETURN");
            }
            var (length, everyone, ports) = ipv6
                ? (128, "fe80::/64", "--sport 547 --dport 546")
                : (32, "255.255.255.255/32", "--sport 67 --dport 68");
            foreach (var address in own)
            {
                chains.AddOnce(chain, $"-d {address}/{length} -p udp -m udp {ports} -j RETURN");
            }
            chains.AddOnce(chain, $"-d {everyone} -p udp -m udp {ports} -j RETURN");
        }

        private void AddEgress(Chains chains, FirewallPort port, bool ipv6, bool spoofFilter)
        {
            var chain = ChainOf('o', port);
            if (ipv6)
            {
                foreach (var type in _icmpv6WithoutAddress)
                {
                    chains.Add(chain,
                        $"-s ::/128 -d ff02::/16 -p ipv6-icmp -m icmp6 --icmpv6-type {type} {Comment(Comments.Icmpv6)} -j RETURN");
                }
            }
            else
            {
                chains.Add(chain,
                    $"-s 0.0.0.0/32 -d 255.255.255.255/32 -p udp -m udp --sport 68 --dport 67 {Comment(Comments.DhcpClient)} -j RETURN");
            }
            if (spoofFilter)
            {
                chains.Add(chain, $"-j {ChainOf('s', port)}");
            }
            if (ipv6)
            {
                chains.Add(chain, $"-p ipv6-icmp -m icmp6 --icmpv6-type 134 {Comment(Comments.RouterAdvertDrop)} -j DROP");
                chains.Add(chain, $"-p ipv6-icmp {Comment(Comments.Icmpv6)} -j RETURN");
            }
            var (client, server) = ipv6 ? (546, 547) : (68, 67);
            chains.Add(chain, $"-p udp -m udp --sport {client} --dport {server} {Comment(Comments.DhcpClient)} -j RETURN");
            chains.Add(chain, $"-p udp -m udp --sport {server} --dport {client} {Comment(Comments.DhcpSpoof)} -j DROP");
            chains.Add(chain, $"-m state --state RELATED,ESTABLISHED {Comment(Comments.Established)} -j RETURN");
            AddGroupRules(chains, chain, port, ipv6, ingress: false);
            chains.Add(chain, $"-m state --state INVALID {Comment(Comments.Invalid)} -j DROP");
            chains.Add(chain, $"{Comment(Comments.Unmatched)} -j {_wrap}-sg-fallback");
        }

        private void AddGroupRules(Chains chains, string chain, FirewallPort port, bool ipv6, bool ingress)
        {
            foreach (var rule in port.SecurityGroups
                .Select(id => _groups.GetValueOrDefault(id))
                .OfType<SecurityGroup>()
                .SelectMany(g => g.Rules)
                .Where(r => r.IsIPv6 == ipv6 && r.IsIngress == ingress)
                .Where(r => r.RemoteGroupId is null || _groups.ContainsKey(r.RemoteGroupId)))
            {
                chains.AddOnce(chain, $"{GroupRuleMatch.Of(rule)}-j RETURN");
            }
        }

        /// <summary>Adds the chain that lets only the port's own addresses out.</summary>
        /// <returns>False where the family has no entry, and so no chain.</returns>
        private bool AddSpoofFilter(Chains chains, FirewallPort port, bool ipv6)
        {
            IReadOnlyList<(string Prefix, MacAddress Mac)> told =
            [
                .. port.AllowedAddressPairs
                    .Where(p => p.Address.Contains(':') == ipv6)
                    .Select(p => (Canonical(p.Address, ipv6), p.Mac ?? port.Address)),
                .. FixedOf(port, ipv6).Select(a => ($"{a}/{(ipv6 ? 128 : 32)}", port.Address)),
            ];
            var entries = new List<(string? Prefix, MacAddress Mac)>();
            foreach (var (prefix, mac) in told)
            {
                AddUnlessThere(entries, prefix, mac);
                var linkLocal = $"{LinkLocalAddress.Of(mac)}/128";
                if (ipv6 && !told.Contains((linkLocal, mac)))
                {
                    AddUnlessThere(entries, linkLocal, mac);
                }
            }
            if (port.FixedAddresses.Count == 0)
            {
                entries.Add((null, port.Address));
            }
            if (entries.Count == 0)
            {
                return false;
            }
            var chain = ChainOf('s', port);
            foreach (var (prefix, mac) in entries)
            {
                var source = prefix is null ? "" : $"-s {prefix} ";
                chains.Add(chain,
                    $"{source}-m mac --mac-source {mac.ToString().ToUpperInvariant()} {Comment(Comments.PairAllow)} -j RETURN");
            }
            chains.Add(chain, $"{Comment(Comments.PairDrop)} -j DROP");
            return true;
        }

        private static void AddUnlessThere(List<(string? Prefix, MacAddress Mac)> entries, string prefix, MacAddress mac)
        {
            if (!entries.Contains((prefix, mac)))
            {
                entries.Add((prefix, mac));
            }
        }

        private static IReadOnlyList<IPAddress> FixedOf(FirewallPort port, bool ipv6) =>
        [
            .. port.FixedAddresses.Where(a =>
                a.AddressFamily == (ipv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork)),
        ];

        private static string Canonical(string prefix, bool ipv6)
        {
            var slash = prefix.IndexOf('/', StringComparison.Ordinal);
            var address = IPAddress.Parse(slash < 0 ? prefix : prefix[..slash]);
            return $"{address}/{(slash < 0 ? (ipv6 ? "128" : "32") : prefix[(slash + 1)..])}";
        }
    }
}
