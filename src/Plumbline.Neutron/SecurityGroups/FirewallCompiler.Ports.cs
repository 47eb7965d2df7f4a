using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Plumbline.Neutron.SecurityGroups;

internal sealed partial class FirewallCompiler
{
    // ICMPv6 types: 130/131/132/143 multicast listener query, report, done, report v2; 134 router advertisement; 135/136 neighbour discovery
    private const int RouterAdvertisement = 134;

    private readonly string _dhcp;
    private string _dhcpAnswer4 = "";
    private string _dhcpAnswer6 = "";
    private List<string> _ingressIcmpv6 = [];
    private List<string> _beforeSpoof4 = [];
    private List<string> _beforeSpoof6 = [];
    private List<string> _afterSpoof4 = [];
    private List<string> _afterSpoof6 = [];

    private NeutronRelease Release => _options.Release;

    /// <summary>The rules that are the same for every port, made once.</summary>
    private void MakeFixedRules()
    {
        var icmpv6ToInstance = Release switch
        {
            < NeutronRelease.Newton => (int[])[130, 131, 132, 135, 136],
            < NeutronRelease.Pike => [130, 134, 135, 136],
            _ => [130, 135, 136],
        };
        (_dhcpAnswer4, _dhcpAnswer6) = (Dhcp(67, 68), Dhcp(547, 546));
        _ingressIcmpv6 = [.. icmpv6ToInstance.Select(t => $"-p ipv6-icmp -m icmp6 --icmpv6-type {t} -j RETURN")];
        var client4 = $"{Dhcp(68, 67)}{_comments.DhcpClient}-j RETURN";
        var client6 = $"{Dhcp(546, 547)}{(Release < NeutronRelease.Newton ? "" : _comments.DhcpClient)}-j RETURN";
        var server4 = $"{Dhcp(67, 68)}{_comments.DhcpSpoof}-j DROP";
        var server6 = $"{Dhcp(547, 546)}{_comments.DhcpSpoof}-j DROP";
        var advertisement = $"-p ipv6-icmp -m icmp6 --icmpv6-type {RouterAdvertisement} {_comments.RouterAdvertDrop}-j DROP";
        var icmpv6 = $"-p ipv6-icmp {_comments.Icmpv6}-j RETURN";
        if (Release < NeutronRelease.Newton)
        {
            _beforeSpoof4 = [client4];
            _beforeSpoof6 = Release < NeutronRelease.Liberty ? [icmpv6, client6] : [advertisement, icmpv6, client6];
            _afterSpoof4 = [server4];
            _afterSpoof6 = [server6];
            return;
        }
        _beforeSpoof4 = [$"-s 0.0.0.0/32 -d 255.255.255.255/32 {client4}"];
        foreach (var type in (ReadOnlySpan<int>)[131, 135, 143])
        {
            _beforeSpoof6.Add($"-s ::/128 -d ff02::/16 -p ipv6-icmp -m icmp6 --icmpv6-type {type} {_comments.Icmpv6}-j RETURN");
        }
        _afterSpoof4 = [client4, server4];
        _afterSpoof6 = [advertisement, icmpv6, client6, server6];
    }

    private string Dhcp(int from, int to) => string.Format(CultureInfo.InvariantCulture, _dhcp, from, to);

    private void AddIngress(ChainTable table, FirewallPort port, GroupLines groups, bool ipv6)
    {
        var chain = table.Declare(ChainOf('i', port), out var shared);
        if (ipv6)
        {
            chain.AddRange(_ingressIcmpv6);
        }
        AddStateRulesBefore(chain);
        var first = chain.Count;
        AddProviderRules(chain, port, ipv6);
        var repeats = groups.Add(chain, first, port, ingress: true);
        AddStateRulesAfter(chain);
        if (shared || repeats)
        {
            ChainTable.KeepLast(chain);
        }
    }

    private void AddStateRulesBefore(List<string> chain)
    {
        if (Release < NeutronRelease.Liberty)
        {
            chain.Add(_dropInvalid);
        }
        chain.Add(_returnEstablished);
    }

    private void AddStateRulesAfter(List<string> chain)
    {
        if (Release >= NeutronRelease.Liberty)
        {
            chain.Add(_dropInvalid);
        }
        chain.Add(_toFallback);
    }

    private void AddProviderRules(List<string> chain, FirewallPort port, bool ipv6)
    {
        var length = ipv6 ? "/128 " : "/32 ";
        var dhcp = ipv6 ? _dhcpAnswer6 : _dhcpAnswer4;
        if (Release < NeutronRelease.Pike)
        {
            foreach (var router in OfFamily(port.Routers, ipv6))
            {
                chain.Add($"-s {IPText.Of(router)}{length}-p ipv6-icmp -m icmp6 --icmpv6-type {RouterAdvertisement} -j RETURN");
            }
            foreach (var server in OfFamily(port.DhcpServers, ipv6))
            {
                chain.Add($"-s {IPText.Of(server)}{length}{dhcp}-j RETURN");
            }
            return;
        }
        var first = chain.Count;
        foreach (var address in OfFamily(port.FixedAddresses, ipv6))
        {
            if (ipv6 && chain.Count == first)
            {
                chain.Add("-p ipv6-icmp -m icmp6 --icmpv6-type 134 -j RETURN");
            }
            AddOnce(chain, first, $"-d {IPText.Of(address)}{length}{dhcp}-j RETURN");
        }
        AddOnce(chain, first, $"-d {(ipv6 ? "fe80::/64 " : "255.255.255.255/32 ")}{dhcp}-j RETURN");
    }

    private static void AddOnce(List<string> chain, int first, string rule)
    {
        if (chain.IndexOf(rule, first) < 0)
        {
            chain.Add(rule);
        }
    }

    private void AddEgress(ChainTable table, FirewallPort port, GroupLines groups, bool ipv6, bool spoofFilter)
    {
        var chain = table.Declare(ChainOf('o', port), out var shared);
        chain.AddRange(ipv6 ? _beforeSpoof6 : _beforeSpoof4);
        if (spoofFilter)
        {
            chain.Add($"-j {ChainOf('s', port)}");
        }
        chain.AddRange(ipv6 ? _afterSpoof6 : _afterSpoof4);
        AddStateRulesBefore(chain);
        var repeats = groups.Add(chain, chain.Count, port, ingress: false);
        AddStateRulesAfter(chain);
        if (shared || repeats)
        {
            ChainTable.KeepLast(chain);
        }
    }

    /// <summary>Adds the chain that lets only the port's own addresses out.</summary>
    /// <returns>False where the family has no entry, and so no chain.</returns>
    private bool AddSpoofFilter(ChainTable table, FirewallPort port, bool ipv6)
    {
        var entries = new List<(string Text, string Mac)>();
        var own = MacText(port.Address);
        foreach (var pair in port.AllowedAddressPairs)
        {
            if (pair.Address.Contains(':') == ipv6)
            {
                AddEntry(entries, pair.Address, pair.Mac ?? port.Address, pair.Mac is { } mac ? MacText(mac) : own, ipv6);
            }
        }
        foreach (var address in OfFamily(port.FixedAddresses, ipv6))
        {
            AddEntry(entries, IPText.Of(address), port.Address, own, ipv6);
        }
        if (entries.Count == 0 && port.FixedAddresses.Count > 0)
        {
            return false;
        }
        var chain = table.Declare(ChainOf('s', port), out var shared);
        foreach (var (text, mac) in entries)
        {
            chain.Add($"-s {Prefix(text, ipv6)} -m mac --mac-source {mac} {_comments.PairAllow}-j RETURN");
        }
        if (port.FixedAddresses.Count == 0)
        {
            chain.Add($"-m mac --mac-source {own} {_comments.PairAllow}-j RETURN");
        }
        chain.Add($"{_comments.PairDrop}-j DROP");
        if (shared || entries.Count > (ipv6 ? 2 : 1))
        {
            ChainTable.KeepLast(chain);
        }
        return true;
    }

    private void AddEntry(
        List<(string Text, string Mac)> entries, string text, Primitives.MacAddress address, string mac, bool ipv6)
    {
        entries.Add((text, mac));
        if (ipv6 && Release >= NeutronRelease.Newton)
        {
            // compared as told: an address written in another way does not count as listed
            var linkLocal = (IPText.Of(LinkLocalAddress.Of(address)), mac);
            if (!entries.Contains(linkLocal))
            {
                entries.Add(linkLocal);
            }
        }
    }

    private static string Prefix(string text, bool ipv6) =>
        !ipv6 && !text.Contains('/') ? text + "/32" : AddressPrefix.TryParse(text, out var prefix) ? prefix.ToString() : text.Contains('/') ? text : text + (ipv6 ? "/128" : "/32");

    private static string MacText(Primitives.MacAddress mac) => mac.ToString().ToUpperInvariant();

    private static IEnumerable<IPAddress> OfFamily(IReadOnlyList<IPAddress> addresses, bool ipv6)
    {
        foreach (var address in addresses)
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6 == ipv6)
            {
                yield return address;
            }
        }
    }
}
