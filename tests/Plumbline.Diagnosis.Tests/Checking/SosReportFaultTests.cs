using Plumbline.Diagnosis.Tests.Tracing;
using Plumbline.Diagnosis.Tracing;
using Plumbline.Node.Sources;
using Plumbline.Node.Tests.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Testing;

namespace Plumbline.Diagnosis.Tests.Checking;

/// <summary>A faulty node read from a sosreport, beside the others as they were recorded: the same finding, and no flow that ends otherwise.</summary>
public sealed class SosReportFaultTests : IDisposable
{
    private const string Healthy = "states/sg-rules";
    private readonly string _scratch = Directory.CreateTempSubdirectory("plt-sos-").FullName;

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    public static TheoryData<SosLayout, string> Faults
    {
        get
        {
            var data = new TheoryData<SosLayout, string>();
            foreach (var layout in (SosLayout[])[SosLayout.Sos3, SosLayout.Sos4Database, SosLayout.Containers])
            {
                foreach (var fault in (string[])["", "flow-missing br-int qvo6ef565e0-4a", "mtu-underlay eth1", "missing-rule neutron-openvswi-i6ef565e0-4"])
                {
                    data.Add(layout, fault);
                }
            }
            return data;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Faults))]
    public void A_report_tells_the_fault_and_its_flows(SosLayout layout, string finding)
    {
        var recorded = SharedFiles.Require($"cases/neutron-node/{Healthy}/cmp1");
        SosReportMaker.Make(recorded, Path.Combine(_scratch, "report"), layout, text => Planted(text, finding));
        var report = OfflineNode.Read(Path.Combine(_scratch, "report"));
        var nodes = Deployment.Healthy.Node("cmp1", _ => report);

        Assert.Equal(finding, string.Join(';', nodes.Check().Findings.Select(f => $"{f.Id} {f.Object}")));

        var straight = AsRecorded(finding);
        var (told, wrong) = (0, new List<string>());
        var (here, there) = (TracerOf(nodes), TracerOf(straight));
        foreach (var probe in RecordedNodes.Probes(Healthy))
        {
            var (verdict, wanted) = (here.Ask(probe.Question).Verdict, there.Ask(probe.Question).Verdict);
            told += verdict == wanted ? 1 : 0;
            if (verdict != wanted && verdict != TraceVerdict.Unknown)
            {
                wrong.Add($"{probe.Text}: {verdict}, not {wanted}");
            }
        }
        // sos leaves ipset's members out: what depends on them is unknown, and never told wrongly
        Assert.Empty(wrong);
        Assert.True(told >= 24, $"{told} of 36 flows are told");
    }

    private static Tracer TracerOf(Deployment nodes) => new([.. nodes.Nodes.Values.Select(Topology.Build)], nodes.Cloud());

    /// <summary>The same fault in the facts of the recording itself.</summary>
    private static Deployment AsRecorded(string finding) => finding.Split(' ')[0] switch
    {
        "flow-missing" => Deployment.Healthy.WithoutFlows("cmp1", "br-int", "table=24", "arp,in_port=9,"),
        "mtu-underlay" => Deployment.Healthy.Link("cmp1", "eth1", l => l with { Mtu = 1450 }),
        "missing-rule" => Deployment.Healthy.WithoutRule("cmp1", "iptables-save", "-A neutron-openvswi-i6ef565e0-4 ", "--dport 22 "),
        _ => Deployment.Healthy,
    };

    private static string Planted(string text, string finding) => finding.Split(' ')[0] switch
    {
        "flow-missing" => Without(text, l => l.Contains("table=24", StringComparison.Ordinal) && l.Contains("arp,in_port=9,", StringComparison.Ordinal)),
        "mtu-underlay" => string.Join('\n', text.Split('\n').Select(l => l.Contains(": eth1: <", StringComparison.Ordinal) || l.Contains(": eth1@", StringComparison.Ordinal)
            ? l.Replace("mtu 1500", "mtu 1450", StringComparison.Ordinal) : l)),
        "missing-rule" => WithoutSsh(text),
        _ => text,
    };

    private static string Without(string text, Func<string, bool> isIt) => string.Join('\n', text.Split('\n').Where(l => !isIt(l)));

    /// <summary>Takes the line away from web1's chain in what <c>iptables -L</c> prints.</summary>
    private static string WithoutSsh(string text)
    {
        var isIn = false;
        return Without(text, l =>
        {
            isIn = l.StartsWith("Chain ", StringComparison.Ordinal) ? l.StartsWith("Chain neutron-openvswi-i6ef565e0-4 ", StringComparison.Ordinal) : isIn;
            return isIn && l.TrimEnd().EndsWith("tcp dpt:22", StringComparison.Ordinal);
        });
    }
}
