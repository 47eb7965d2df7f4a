using Plumbline.Testing;

namespace Plumbline.Iptables.Tests;

/// <summary>What Neutron's driver writes is read whole, and printed as it was.</summary>
public sealed class NeutronTexts
{
    public static TheoryData<string> Cases() =>
        new(["allowed-address-pairs", "default-group-ipv4", "port-security-off", "remote-groups", "tcp-udp-ports", "two-ports-dual-stack"]);

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Saved_tables_render_as_they_were(string name)
    {
        var folder = SharedFiles.Require($"cases/neutron-iptables/{name}/expected");
        foreach (var (file, family) in new[] { ("iptables-save.v4", IPFamily.IPv4), ("iptables-save.v6", IPFamily.IPv6) })
        {
            var path = Path.Combine(folder, file);
            if (!File.Exists(path))
            {
                continue;
            }
            var text = File.ReadAllText(path);
            var reading = RulesetParser.ParseSave(text, family);
            Assert.Empty(reading.Errors);
            var ruleset = Assert.Single(reading.Rulesets);
            Assert.Equal(Normal(text), Normal(RulesetRenderer.Save(ruleset)));
        }
    }

    /// <summary>iptables prints MAC addresses in lower case, and says any port by saying nothing.</summary>
    private static string Normal(string text) => string.Join('\n', text.Split('\n').Select(
        line => line.Contains("--mac-source", StringComparison.Ordinal) ? line.ToLowerInvariant() : line));
}
