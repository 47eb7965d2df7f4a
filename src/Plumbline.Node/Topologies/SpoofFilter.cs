using System.Net;
using System.Net.Sockets;
using Plumbline.Neutron;
using Plumbline.Node.Facts;
using Plumbline.Primitives;

namespace Plumbline.Node.Topologies;

/// <summary>
/// The addresses that each port may send from: the rules <c>-A …-sXXXXXXXXXX -s 10.0.0.5/32 -m mac --mac-source FA:… -j RETURN</c> that
/// Neutron's iptables driver writes (spec/security-groups.md). A scan for just these lines, not a parser of rules.
/// </summary>
internal static class SpoofFilter
{
    /// <summary>By the first 10 characters of the port's UUID: the pairs, a port's own before its allowed address pairs.</summary>
    public static Dictionary<string, List<(IPAddress Address, MacAddress Mac)>> Read(IReadOnlyList<FirewallText> texts)
    {
        var result = new Dictionary<string, List<(IPAddress, MacAddress)>>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            if (text.Namespace.Length != 0 || !text.Tool.Contains("tables-save", StringComparison.Ordinal))
            {
                continue;
            }
            var found = new Dictionary<string, List<(IPAddress, MacAddress)>>(StringComparer.Ordinal);
            foreach (var line in text.Text.AsSpan().EnumerateLines())
            {
                ReadLine(line, found);
            }
            foreach (var (port, pairs) in found)
            {
                result.TryAdd(port, []);
                // the agent writes allowed address pairs first, the port's fixed addresses last
                pairs.Reverse();
                result[port].AddRange(pairs);
            }
        }
        foreach (var pairs in result.Values)
        {
            // texts come in any order; IPv4 first reads better
            var sorted = pairs.OrderBy(p => p.Item1.AddressFamily == AddressFamily.InterNetwork ? 0 : 1).ToList();
            pairs.Clear();
            pairs.AddRange(sorted);
        }
        return result;
    }

    private static void ReadLine(ReadOnlySpan<char> line, Dictionary<string, List<(IPAddress, MacAddress)>> found)
    {
        if (!line.Contains("--mac-source", StringComparison.Ordinal))
        {
            return;
        }
        string? port = null;
        IPAddress? address = null;
        MacAddress? mac = null;
        var option = "";
        foreach (var range in line.Split(' '))
        {
            var word = line[range];
            switch (option)
            {
                case "-A":
                    port = PortOf(word);
                    break;
                case "-s":
                    address = HostAddress(word);
                    break;
                case "--mac-source" when MacAddress.TryParse(word.ToString(), out var parsed):
                    mac = parsed;
                    break;
            }
            option = word is "-A" or "-s" or "--mac-source" ? word.ToString() : "";
        }
        if (port is not null && address is not null && mac is { } source)
        {
            found.TryAdd(port, []);
            found[port].Add((address, source));
        }
    }

    /// <summary>The start of the UUID in <c>neutron-openvswi-s6ef565e0-4</c>.</summary>
    private static string? PortOf(ReadOnlySpan<char> chain)
    {
        const int Length = DeviceNames.ChainIdLength;
        return chain.Length > Length + 2 && chain[^(Length + 1)] == 's' && chain[^(Length + 2)] == '-' && chain[^2] == '-'
            ? chain[^Length..].ToString()
            : null;
    }

    /// <summary>One address, not a range and not link-local.</summary>
    private static IPAddress? HostAddress(ReadOnlySpan<char> text)
    {
        var slash = text.IndexOf('/');
        if (!IPAddress.TryParse(slash < 0 ? text : text[..slash], out var address) || address.IsIPv6LinkLocal)
        {
            return null;
        }
        var whole = address.AddressFamily == AddressFamily.InterNetwork ? "32" : "128";
        return slash < 0 || text[(slash + 1)..].SequenceEqual(whole) ? address : null;
    }
}
