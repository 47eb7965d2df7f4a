using System.Text.Json;
using System.Text.RegularExpressions;
using Plumbline.Neutron.Intent;
using Plumbline.Neutron.OpenFlow;
using Plumbline.Testing;

namespace Plumbline.Neutron.Tests.OpenFlow;

/// <summary>Beside the flows that Neutron's own agent wrote on a real switch.</summary>
public sealed partial class NativeFirewallFlowsTests
{
    [Theory]
    [InlineData(PlayedStates.Native, "cmp1")]
    [InlineData(PlayedStates.Native, "cmp2")]
    [InlineData(PlayedStates.NativeL2Population, "cmp1")]
    public void Whole_br_int_is_what_the_agent_wrote_but_for_the_numbers_of_conjunctions(string state, string node)
    {
        var folder = PlayedStates.Folder(state);
        var intent = Read(Path.Combine(folder, "api"));
        var (ports, physical) = Ports(Path.Combine(folder, node), intent);
        var made = NativeFirewallFlows.IntegrationBridge(1, ports, [.. intent.Groups.Select(g => g.Group)], physical);
        Assert.Equal(Canonical(File.ReadLines(Path.Combine(folder, node, "ovs-ofctl-dump-flows-br-int.txt"))), Canonical(made));
    }

    private static NeutronIntent Read(string api) => NeutronIntent.Read(
        [.. Directory.EnumerateFiles(api, "*.json").Order(StringComparer.Ordinal).Select(f => JsonDocument.Parse(File.ReadAllBytes(f)).RootElement)]);

    private static (List<(NativeFirewallPort, IReadOnlyList<string>)> Ports, PhysicalBridgePort[] Physical) Ports(string node, NeutronIntent intent)
    {
        var numbers = Rows($"{node}/ovs-vsctl-list-Interface.json", "name", "ofport").ToDictionary(r => r[0].GetString()!, r => r[1].GetInt32());
        var ports = new List<(NativeFirewallPort, IReadOnlyList<string>)>();
        int? outside = null;
        foreach (var row in Rows($"{node}/ovs-vsctl-list-Port.json", "name", "other_config"))
        {
            var name = row[0].GetString()!;
            var config = row[1][1].EnumerateArray().ToDictionary(p => p[0].GetString()!, p => p[1].GetString()!);
            if (!config.TryGetValue("tag", out var tag)
                || intent.Ports.FirstOrDefault(p => p.Port.Id[..11] == name[3..]) is not { Port: var port })
            {
                continue;
            }
            if (config["network_type"] == "vlan")
            {
                outside = int.Parse(tag, System.Globalization.CultureInfo.InvariantCulture);
            }
            var own = port.FixedAddresses.Select(a => (port.Address, a.ToString()))
                .Concat(port.AllowedAddressPairs.Select(p => (p.Mac ?? port.Address, NativeFirewallFlows.Address(p.Address)!))).ToList();
            ports.Add((new()
            {
                OfPort = numbers[name],
                LocalVlan = int.Parse(tag, System.Globalization.CultureInfo.InvariantCulture),
                Mac = port.Address,
                IPv4 = [.. own.Where(a => !a.Item2.Contains(':'))],
                IPv6 = [.. own.Where(a => a.Item2.Contains(':'))],
                IsFiltered = port is { PortSecurityEnabled: true, IsTrusted: false },
                OutsideVlan = config["network_type"] == "vlan" ? 207 : null,
            }, port.SecurityGroups));
        }
        return (ports, [new(numbers["int-br-prov"], outside is { } vlan ? [(207, vlan)] : [])]);
    }

    private static IEnumerable<JsonElement[]> Rows(string path, params string[] columns)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var headings = document.RootElement.GetProperty("headings").EnumerateArray().Select(h => h.GetString()!).ToList();
        foreach (var row in document.RootElement.GetProperty("data").EnumerateArray())
        {
            yield return [.. columns.Select(c => row[headings.IndexOf(c)].Clone())];
        }
    }

    /// <summary>Without statistics and marks; a conjunction is named by the flows that it joins, not by its number.</summary>
    private static string Canonical(IEnumerable<string> flows)
    {
        var lines = flows.Where(l => l.Contains("table=", StringComparison.Ordinal))
            .Select(l => Statistics().Replace(l[l.IndexOf("table=", StringComparison.Ordinal)..].Trim(), ""))
            .Select(l => Register().Replace(l, "load:ID->NXM_NX_REG7[]")).Distinct().ToList();
        var parts = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            foreach (Match match in Conjunction().Matches(line))
            {
                var id = match.Groups["id"].Value;
                if (!parts.TryGetValue(id, out var list))
                {
                    parts[id] = list = [];
                }
                list.Add(Conjunction().Replace(line, "ID"));
            }
        }
        var names = parts.ToDictionary(p => p.Key,
            p => $"<{string.Join('|', p.Value.Order(StringComparer.Ordinal)).GetHashCode(StringComparison.Ordinal)}>");
        return string.Join('\n', lines.Select(l => Conjunction().Replace(l, m => names[m.Groups["id"].Value]))
            .Select(l => l.Contains('<', StringComparison.Ordinal) ? string.Join(',', l.Split(',').Order(StringComparer.Ordinal)) : l)
            .Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("(n_packets|n_bytes|idle_age|hard_age|duration)=[^ ]+, ")]
    private static partial Regex Statistics();

    [GeneratedRegex(@"conj_id=(?<id>\d+)|conjunction\((?<id>\d+),")]
    private static partial Regex Conjunction();

    [GeneratedRegex(@"load:0x[0-9a-f]+->NXM_NX_REG7\[\]")]
    private static partial Regex Register();
}
