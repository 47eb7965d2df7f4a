using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Firewalls;

/// <summary>What stands in the way of questions about the firewall.</summary>
public static class FirewallProblems
{
    /// <summary>No rules were read.</summary>
    public static DiagnosisException NoRules(NodeSnapshot snapshot)
    {
        var report = snapshot.Sources.FirstOrDefault(s => s.Source is "iptables" && s.Outcome != SourceOutcome.Read);
        return new(new(
            "no firewall rules were read",
            report is null ? snapshot.Host : $"{report.Where}: {report.Detail ?? report.Outcome.ToString().ToLowerInvariant()}",
            "add the output of iptables-save -c, ip6tables-save -c and ipset save; on a live node run as root"));
    }
}
