using System.Net;
using Plumbline.Node.Facts;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>What the DHCP agent wrote for dnsmasq: <c>…/dhcp/NETWORK/host</c> and <c>opts</c>.</summary>
internal sealed class DhcpFiles
{
    private readonly Dictionary<MacAddress, (string Network, List<IPAddress> Addresses)> _hosts = [];
    private readonly Dictionary<string, IPAddress> _gateways = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(IPNetwork To, IPAddress Via)>> _routes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _networks = new(StringComparer.Ordinal);

    public static DhcpFiles Read(IEnumerable<NodeFile> files)
    {
        var found = new DhcpFiles();
        foreach (var file in files)
        {
            var parts = file.Path.Split('/');
            if (parts.Length < 3 || parts[^3] != "dhcp" || !Guid.TryParse(parts[^2], out _))
            {
                continue;
            }
            switch (parts[^1])
            {
                case "host":
                    found.ReadHosts(parts[^2], file.Text);
                    break;
                case "opts":
                    found.ReadOptions(parts[^2], file.Text);
                    break;
            }
        }
        return found;
    }

    /// <summary>The network whose server knows the MAC.</summary>
    public string? NetworkOf(MacAddress mac) => _hosts.TryGetValue(mac, out var host) ? host.Network : null;

    public IReadOnlyList<IPAddress> AddressesOf(MacAddress mac) => _hosts.TryGetValue(mac, out var host) ? host.Addresses : [];

    /// <summary>Some host of the network has the address.</summary>
    public bool HasAddress(string network, IPAddress address) => _hosts.Values.Any(h => h.Network == network && h.Addresses.Contains(address));

    public IPAddress? GatewayOf(string network) => _gateways.GetValueOrDefault(network);

    public IReadOnlyList<(IPNetwork To, IPAddress Via)>? RoutesOf(string network) => _routes.GetValueOrDefault(network);

    /// <summary>The hosts of this network were told.</summary>
    public bool Knows(string network) => _networks.Contains(network);

    private void ReadHosts(string network, string text)
    {
        _networks.Add(network);
        foreach (var line in text.Split('\n'))
        {
            var words = line.Trim().Split(',');
            if (!MacAddress.TryParse(words[0], out var mac))
            {
                continue;
            }
            var addresses = words.Select(w => w.Trim('[', ']')).Where(w => w.Contains('.', StringComparison.Ordinal) || w.Contains("::", StringComparison.Ordinal))
                .Select(w => IPAddress.TryParse(w, out var a) ? a : null).OfType<IPAddress>().ToList();
            if (_hosts.TryGetValue(mac, out var known))
            {
                known.Addresses.AddRange(addresses.Where(a => !known.Addresses.Contains(a)));
            }
            else
            {
                _hosts[mac] = (network, addresses);
            }
        }
    }

    /// <summary><c>tag:…,option:router,10.1.0.1</c> and <c>tag:…,option:classless-static-route,169.254.169.254/32,10.1.0.1,…</c>.</summary>
    private void ReadOptions(string network, string text)
    {
        foreach (var line in text.Split('\n'))
        {
            var words = line.Trim().Split(',');
            for (var i = 0; i < words.Length; i++)
            {
                if (words[i] == "option:router" && i + 1 < words.Length && IPAddress.TryParse(words[i + 1], out var gateway))
                {
                    _gateways.TryAdd(network, gateway);
                }
                else if (words[i] == "option:classless-static-route")
                {
                    var routes = _routes.TryGetValue(network, out var known) ? known : _routes[network] = [];
                    for (var j = i + 1; j + 1 < words.Length; j += 2)
                    {
                        if (IPNetwork.TryParse(words[j], out var to) && IPAddress.TryParse(words[j + 1], out var via))
                        {
                            routes.Add((to, via));
                        }
                    }
                }
            }
        }
    }
}
