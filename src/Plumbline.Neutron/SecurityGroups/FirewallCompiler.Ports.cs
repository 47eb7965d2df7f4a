using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Plumbline.Neutron.SecurityGroups;

internal sealed partial class FirewallCompiler
{
    // ICMPv6 types: 130/131/132/143 multicast listener query, report, done, report v2; 134 router advertisement; 135/136 neighbour discovery
    private const int RouterAdvertisement = 134;

    private readonly string _dhcp;
    private readonly string _pairAllow;
    private readonly string _pairDrop;
    private string _dhcpAnswer4 = "";
    private string _dhcpAnswer6 = "";
    private string _dhcpAnswerLast4 = "";
    private string _dhcpAnswerLast6 = "";
    private List<string> _ingressIcmpv6 = [];
    private List<string> _beforeSpoof4 = [];
    private List<string> _beforeSpoof6 = [];
    private List<string> _afterSpoof4 = [];
    private List<string> _afterSpoof6 = [];

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
        (_dhcpAnswerLast4, _dhcpAnswerLast6) = ($"-d 255.255.255.255/32 {_dhcpAnswer4}-j RETURN", $"-d fe80::/64 {_dhcpAnswer6}-j RETURN");
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

    private void AddIngress(ChainTable table, List<string> chain, PortNames port, GroupLines groups, bool ipv6)
    {
        chain.Clear();
        if (ipv6)
        {
            chain.AddRange(_ingressIcmpv6);
        }
        AddStateRulesBefore(chain);
        var first = chain.Count;
        AddProviderRules(chain, port.Port, ipv6);
        var repeats = groups.Add(chain, first, port.Port, ingress: true);
        AddStateRulesAfter(chain);
        table.Append(port.Ingress, chain, repeats);
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
            foreach (var router in port.Routers)
            {
                if (IsOfFamily(router, ipv6))
                {
                    chain.Add($"-s {IPText.Of(router)}{length}-p ipv6-icmp -m icmp6 --icmpv6-type {RouterAdvertisement} -j RETURN");
                }
            }
            foreach (var server in port.DhcpServers)
            {
                if (IsOfFamily(server, ipv6))
                {
                    chain.Add($"-s {IPText.Of(server)}{length}{dhcp}-j RETURN");
                }
            }
            return;
        }
        Span<char> text = stackalloc char[IPText.MaxLength];
        var first = chain.Count;
        for (var i = 0; i < port.FixedAddresses.Count; i++)
        {
            var address = port.FixedAddresses[i];
            if (!IsOfFamily(address, ipv6))
            {
                continue;
            }
            if (ipv6 && chain.Count == first)
            {
                chain.Add("-p ipv6-icmp -m icmp6 --icmpv6-type 134 -j RETURN");
            }
            var told = port.FixedTexts is { } texts ? texts[i].AsSpan() : (ReadOnlySpan<char>)text[..IPText.Write(address, text)];
            AddOnce(chain, first, $"-d {told}{length}{dhcp}-j RETURN");
        }
        AddOnce(chain, first, ipv6 ? _dhcpAnswerLast6 : _dhcpAnswerLast4);
    }

    private static void AddOnce(List<string> chain, int first, string rule)
    {
        if (chain.IndexOf(rule, first) < 0)
        {
            chain.Add(rule);
        }
    }

    private void AddEgress(ChainTable table, List<string> chain, PortNames port, GroupLines groups, bool ipv6, bool spoofFilter)
    {
        chain.Clear();
        chain.AddRange(ipv6 ? _beforeSpoof6 : _beforeSpoof4);
        if (spoofFilter)
        {
            chain.Add(port.ToSpoof);
        }
        chain.AddRange(ipv6 ? _afterSpoof6 : _afterSpoof4);
        AddStateRulesBefore(chain);
        var repeats = groups.Add(chain, chain.Count, port.Port, ingress: false);
        AddStateRulesAfter(chain);
        table.Append(port.Egress, chain, repeats);
    }

    /// <summary>Adds the chain that lets only the port's own addresses out.</summary>
    /// <returns>False where the family has no entry, and so no chain.</returns>
    private bool AddSpoofFilter(ChainTable table, List<string> chain, PortNames names, bool ipv6)
    {
        chain.Clear();
        var port = names.Port;
        if (port.AllowedAddressPairs.Count > 0)
        {
            AddPairs(chain, names, ipv6);
        }
        else
        {
            AddOwnAddresses(chain, names, ipv6);
        }
        if (chain.Count == 0 && port.FixedAddresses.Count > 0)
        {
            return false;
        }
        var mayRepeat = chain.Count > 2 || (chain.Count == 2 && chain[0] == chain[1]);
        if (port.FixedAddresses.Count == 0)
        {
            chain.Add($"-m mac --mac-source {names.Mac} {_pairAllow}");
        }
        chain.Add(_pairDrop);
        table.Append(names.Spoof, chain, mayRepeat);
        return true;
    }

    /// <summary>Fixed addresses of a port that has no other; each with the link-local address of its MAC, once.</summary>
    private void AddOwnAddresses(List<string> chain, PortNames names, bool ipv6)
    {
        Span<char> text = stackalloc char[IPText.MaxLength];
        var linkLocal = ipv6 && Release >= NeutronRelease.Newton ? LinkLocalAddress.Of(names.Port.Address) : null;
        foreach (var address in names.Port.FixedAddresses)
        {
            if (!IsOfFamily(address, ipv6))
            {
                continue;
            }
            chain.Add($"-s {text[..IPText.Write(address, text)]}{(ipv6 ? "/128" : "/32")} -m mac --mac-source {names.Mac} {_pairAllow}");
            if (linkLocal is not null)
            {
                AddOnce(chain, 0, $"-s {text[..IPText.Write(linkLocal, text)]}/128 -m mac --mac-source {names.Mac} {_pairAllow}");
            }
        }
    }

    private void AddPairs(List<string> chain, PortNames names, bool ipv6)
    {
        var entries = new List<(string Text, string Mac)>();
        var port = names.Port;
        foreach (var pair in port.AllowedAddressPairs)
        {
            if (pair.Address.Contains(':') == ipv6)
            {
                AddEntry(entries, pair.Address, pair.Mac ?? port.Address, pair.Mac is { } mac ? MacText(mac) : names.Mac, ipv6);
            }
        }
        foreach (var address in port.FixedAddresses)
        {
            if (IsOfFamily(address, ipv6))
            {
                AddEntry(entries, IPText.Of(address), port.Address, names.Mac, ipv6);
            }
        }
        foreach (var (text, mac) in entries)
        {
            chain.Add($"-s {Prefix(text, ipv6)} -m mac --mac-source {mac} {_pairAllow}");
        }
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

    private static bool IsOfFamily(IPAddress address, bool ipv6) => address.AddressFamily == AddressFamily.InterNetworkV6 == ipv6;
}
