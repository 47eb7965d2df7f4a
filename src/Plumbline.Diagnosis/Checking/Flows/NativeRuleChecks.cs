using Plumbline.Neutron.Intent;

namespace Plumbline.Diagnosis.Checking.Flows;

/// <summary>
/// Security groups as the native firewall writes them: a pair of flows (connections that run, new ones) for each block of ports of a rule in
/// table 72 or 82, and conjunctions for rules with a remote group. Judged by what they accept, so that neither conjunctions' numbers nor the
/// way ranges were merged matter. Without the API only that the flows are in pairs.
/// </summary>
internal static class NativeRuleChecks
{
    public static void Run(FlowContext context, NativeFlows native, List<NativePort> ports, HashSet<int> lost)
    {
        var groups = new Dictionary<string, IntendedGroup>(StringComparer.Ordinal);
        foreach (var group in context.Check.Cloud?.Firewall?.Groups ?? [])
        {
            groups[group.Group.Id] = group;
        }
        var members = new NativeMembers();
        foreach (var port in ports)
        {
            var about = $"{native.Bridge.Name} {port.Name}";
            if (!port.Wanted.IsFiltered || context.Check.Found.Has(context.Node, "flow-missing", about)
                || context.Check.Found.Has(context.Node, "flow-changed", about))
            {
                continue;
            }
            foreach (var isIngress in (ReadOnlySpan<bool>)[true, false])
            {
                var table = isIngress ? NativeFlows.IngressRules : NativeFlows.EgressRules;
                if (lost.Contains(table))
                {
                    continue;
                }
                var judged = new NativePortRules(native, port.Wanted, isIngress);
                if (port.Intended is not null)
                {
                    judged.Compare(port.Intended.Port.SecurityGroups, groups, members);
                }
                else
                {
                    judged.ComparePairs();
                }
                Tell(context, native, port, judged);
            }
        }
        members.Tell(context, native.Bridge.Name);
    }

    private static void Tell(FlowContext context, NativeFlows native, NativePort port, NativePortRules judged)
    {
        var about = $"{native.Bridge.Name} {port.Name} table={judged.Table}";
        var way = judged.IsIngress ? $"to {port.Label}" : $"from {port.Label}";
        if (judged.Missing.Count > 0 && judged.Extra.Count > 0)
        {
            // a flow that was changed is missed in its old words and too much in its new ones
            context.Add("changed-rule", about, $"{native.Bridge.Name} table {judged.Table}: instead of {judged.Missing[0]} {port.Name} has other flows",
                [.. judged.MissingFlows.Select(f => "missing: " + f), .. judged.Extra.Select(f => "instead: " + FlowContext.Show(f)), .. judged.Changed],
                $"packets {way} are let through or dropped against its security groups", [port.Who]);
            return;
        }
        if (judged.Missing.Count > 0)
        {
            context.Add("missing-rule", about, $"{native.Bridge.Name} table {judged.Table}: {judged.Missing[0]} has no flow for {port.Name}"
                + (judged.Missing.Count > 1 ? $", nor {(judged.Missing.Count == 2 ? "has 1 more" : $"have {judged.Missing.Count - 1} more")}" : ""),
                [.. judged.Missing.Skip(1), .. judged.MissingFlows.Select(f => "missing: " + f)],
                $"what it lets through {way} is dropped", [port.Who]);
        }
        if (judged.Changed.Count > 0)
        {
            context.Add("changed-rule", about, $"{native.Bridge.Name} table {judged.Table}: a flow of {port.Name}'s security groups does something else",
                judged.Changed, $"packets {way} are let through or dropped against its security groups", [port.Who]);
        }
        if (judged.Extra.Count > 0)
        {
            context.Add("extra-rule", about, $"{native.Bridge.Name} table {judged.Table}: {port.Name} has flows that no rule of its security groups asks for",
                judged.Extra.Select(FlowContext.Show), $"packets {way} pass that its security groups do not let through", [port.Who]);
        }
    }
}
