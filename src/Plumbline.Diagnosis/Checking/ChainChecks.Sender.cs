using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Checking;

internal sealed partial class ChainChecks
{
    private const ulong LowBytes = 0xff_ffff_ffff;     // nova gives a tap the VM's MAC with fe in front

    /// <summary>A spoof filter knows its port by the port's own MAC, whatever pairs are allowed beside.</summary>
    private void CheckSender(Chain chain, string port, string who)
    {
        var allowed = chain.Rules.Where(r => r.Target is VerdictTarget { Verdict: Verdict.Return }).SelectMany(r => r.Matches.OfType<MacMatch>()).ToList();
        if (allowed.Count == 0 || allowed.Exists(m => m.IsInverted)
            || _node.Topology.Vifs.FirstOrDefault(v => v.PortId?.StartsWith(port, StringComparison.Ordinal) == true) is not { Address: { } own, Device: { } device }
            || allowed.Exists(m => m.Source == own)
            || _node.Own?.Links.FirstOrDefault(l => device.EndsWith("/" + l.Name, StringComparison.Ordinal))?.Address is not { } tap
            || (tap.Value & LowBytes) != (own.Value & LowBytes))
        {
            return;
        }
        Add("changed-rule", chain.Name, $"{chain.Name} lets nothing pass that {who} sends with its own MAC {own}",
            [.. allowed.Select(m => $"allowed: {m.Source}").Distinct(), $"attached-mac and the tap's address: {own}"],
            $"whatever {who} sends is dropped as spoofed", Restart, who);
    }
}
