using Plumbline.Diagnosis.Tests.Tracing;
using Plumbline.Diagnosis.Tracing;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Testing;

namespace Plumbline.Diagnosis.Tests.Checking;

/// <summary>The recorded deployment as nodes on iptables-legacy print it, or when asked by the back end's own name: the same findings and flows.</summary>
public sealed class OtherBackEndTests
{
    private const string Healthy = "states/sg-rules";

    [SkippableTheory]
    [InlineData("", "iptables-save")]
    [InlineData("-legacy", "iptables-save")]
    [InlineData("-nft", "iptables-nft-save")]
    public void Healthy_deployment_has_no_finding_and_its_flows(string back, string name)
    {
        var nodes = Read(back, name, text => text);
        Assert.Empty(nodes.Check().Findings.Select(f => $"{f.Id} {f.Object} {f.What}"));
        Assert.Empty(nodes.Check(withApi: false).Findings.Select(f => $"{f.Id} {f.Object} {f.What}"));
        AssertFlows(nodes);
    }

    [SkippableTheory]
    [InlineData("-A neutron-openvswi-i6ef565e0-4 -p tcp -m tcp --dport 22 -j RETURN", "", "missing-rule neutron-openvswi-i6ef565e0-4")]
    [InlineData("-A neutron-openvswi-i6ef565e0-4 -p icmp -j RETURN", "-A neutron-openvswi-i6ef565e0-4 -p icmp -j DROP", "changed-rule neutron-openvswi-i6ef565e0-4")]
    [InlineData("-A FORWARD -j neutron-filter-top", "-A FORWARD -p icmp -j DROP\n-A FORWARD -j neutron-filter-top", "foreign-rule FORWARD")]
    [InlineData("-A FORWARD -j neutron-openvswi-FORWARD", "", "missing-rule FORWARD")]
    [InlineData("-A PREROUTING -j neutron-openvswi-PREROUTING", "-A PREROUTING -p tcp -m tcp --dport 22 -j CT --notrack\n-A PREROUTING -j neutron-openvswi-PREROUTING", "wrong-tracking neutron-openvswi-PREROUTING")]
    public void A_fault_in_legacy_rules_is_the_only_finding(string rule, string instead, string expected)
    {
        var nodes = Read("-legacy", "iptables-save", text => text.Replace(rule + "\n", instead.Length > 0 ? instead + "\n" : "", StringComparison.Ordinal));
        Assert.Equal([expected], nodes.Check().Findings.Select(f => $"{f.Id} {f.Object}"));
    }

    private static void AssertFlows(Deployment nodes)
    {
        var tracer = new Tracer([.. nodes.Nodes.Values.Select(Topology.Build)], nodes.Cloud());
        var wrong = RecordedNodes.Probes(Healthy).Where(p => tracer.Ask(p.Question).Verdict != (p.GotThrough ? TraceVerdict.Delivered : TraceVerdict.Dropped)).Select(p => p.Text);
        Assert.Empty(wrong);
    }

    /// <summary>cmp1's files with the heading that the back end writes, plain rules alone.</summary>
    private static Deployment Read(string back, string name, Func<string, string> change)
    {
        var healthy = Deployment.Healthy;
        var folder = Directory.CreateTempSubdirectory("plumb-test-").FullName;
        try
        {
            foreach (var file in Directory.GetFiles(SharedFiles.Require($"cases/neutron-node/{Healthy}/cmp1")))
            {
                var own = Path.GetFileName(file);
                if (own.Contains("tables-L", StringComparison.Ordinal) || own.Contains("tables-t", StringComparison.Ordinal) || own.EndsWith("tables-save-c.txt", StringComparison.Ordinal))
                {
                    continue;
                }
                var text = File.ReadAllText(file);
                if (own is "iptables-save.txt" or "ip6tables-save.txt")
                {
                    text = text.Replace(back == "-legacy" ? " (nf_tables)" : "\0", "", StringComparison.Ordinal).Replace("by iptables-save", $"by {name}", StringComparison.Ordinal)
                        .Replace("by ip6tables-save", $"by {name.Replace("iptables", "ip6tables", StringComparison.Ordinal)}", StringComparison.Ordinal);
                    text = own == "iptables-save.txt" ? change(text) : text;
                }
                File.WriteAllText(Path.Combine(folder, own), text);
            }
            CopyFolder(Path.Combine(SharedFiles.Require($"cases/neutron-node/{Healthy}/cmp1"), "files"), Path.Combine(folder, "files"));
            NodeSnapshot own1 = OfflineNode.Read(folder);
            return healthy.Node("cmp1", _ => own1);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
