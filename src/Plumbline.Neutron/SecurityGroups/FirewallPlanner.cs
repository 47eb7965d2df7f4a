using System.Text;

namespace Plumbline.Neutron.SecurityGroups;

/// <summary>
/// What the live tables lack to be as wanted, and nothing else: chains and rules of others stay where they are; our jumps go before
/// them, as the agent puts them.
/// </summary>
public static class FirewallPlanner
{
    private const int BulkFrom = 50; // rules with a port number, each of which has iptables 1.8.9 ask for all of the node's addresses

    /// <summary>The way to what a compilation wants, with our mark.</summary>
    public static FamilyPlan Apply(FirewallSnapshot live, HybridFirewall wanted)
    {
        var tables = new Dictionary<string, Dictionary<string, List<string>?>>(StringComparer.Ordinal);
        var forms = new RuleForms();
        foreach (var table in live.IsIPv6 ? wanted.IPv6 : wanted.IPv4)
        {
            var own = new Dictionary<string, List<string>?>(table.Chains.Count + 1, StringComparer.Ordinal);
            var now = live.Chains(table.Name);
            foreach (var (chain, rules) in table.Chains)
            {
                var stays = live.IsOurs(chain) && now.TryGetValue(chain, out var has) && forms.IsAsWanted(has, rules);
                own.Add(chain, stays ? null : [.. rules.Select(SavedForm.Of)]);
            }
            if (table.Name == "filter")
            {
                own[FirewallSnapshot.MarkChain] = [Mark(live.Wrap)];
            }
            tables.Add(table.Name, Merge(live, table.Name, own));
        }
        return Plan(live, tables);
    }

    /// <summary>The input of iptables-restore that says that the driver's rules are ours.</summary>
    public static string MarkText(string wrap) =>
        $"*filter\n:{FirewallSnapshot.MarkChain} - [0:0]\n-A {FirewallSnapshot.MarkChain} {Mark(wrap)}\nCOMMIT\n";

    /// <summary>The way to tables without the driver's chains.</summary>
    public static FamilyPlan RemoveAll(FirewallSnapshot live)
    {
        var tables = new Dictionary<string, Dictionary<string, List<string>?>>(StringComparer.Ordinal);
        foreach (var table in (ReadOnlySpan<string>)["filter", "nat", "raw", "mangle"])
        {
            var chains = live.Chains(table);
            if (!chains.Keys.Any(live.IsOurs))
            {
                continue;
            }
            var wanted = Merge(live, table, []);
            // the shared chain goes with its last user
            if (wanted.TryGetValue(FirewallCompiler.FilterTop, out var top) && top!.Count == 0)
            {
                wanted.Remove(FirewallCompiler.FilterTop);
                foreach (var rules in wanted.Values)
                {
                    rules!.RemoveAll(r => r == $"-j {FirewallCompiler.FilterTop}");
                }
            }
            tables.Add(table, wanted);
        }
        return Plan(live, tables);
    }

    /// <summary>The way to tables without some ports; what is left of the driver's stays.</summary>
    public static FamilyPlan RemovePorts(FirewallSnapshot live, IReadOnlyCollection<string> ports)
    {
        var devices = ports.SelectMany(p => (string[])[DeviceNames.Tap(p), DeviceNames.VethBridgeEnd(p)]).ToHashSet(StringComparer.Ordinal);
        var gone = ports.SelectMany(p => "ios".Select(k => $"{live.Wrap}-{k}{p[..Math.Min(p.Length, DeviceNames.ChainIdLength)]}"))
            .ToHashSet(StringComparer.Ordinal);
        var tables = new Dictionary<string, Dictionary<string, List<string>?>>(StringComparer.Ordinal);
        foreach (var table in (ReadOnlySpan<string>)["filter", "nat", "raw"])
        {
            tables.Add(table, live.Chains(table).Where(c => !gone.Contains(c.Key)).ToDictionary(
                c => c.Key,
                List<string>? (c) => live.IsOurs(c.Key) ? [.. c.Value.Rules.Where(r => !r.Split(' ').Any(devices.Contains))] : c.Value.Rules,
                StringComparer.Ordinal));
        }
        return Plan(live, tables);
    }

    /// <summary>The way back to what an earlier save showed of the driver's chains and of our places in others.</summary>
    public static FamilyPlan Restore(FirewallSnapshot live, FirewallSnapshot earlier)
    {
        var tables = new Dictionary<string, Dictionary<string, List<string>?>>(StringComparer.Ordinal);
        foreach (var table in (ReadOnlySpan<string>)["filter", "nat", "raw", "mangle"])
        {
            var before = earlier.Chains(table);
            var now = live.Chains(table);
            if (!before.Keys.Concat(now.Keys).Any(live.IsOurs))
            {
                continue;
            }
            // chains of others may have changed since: only what concerns us in them goes back
            var wanted = new Dictionary<string, List<string>?>(StringComparer.Ordinal);
            foreach (var chain in before.Keys.Union(now.Keys))
            {
                var had = before.GetValueOrDefault(chain);
                var has = now.GetValueOrDefault(chain);
                if (live.IsOurs(chain) ? had is not null : had is not null || chain != FirewallCompiler.FilterTop || has!.Rules.Count > 1)
                {
                    wanted.Add(chain, live.IsOurs(chain) || has is null || IsOnlyOurs(live, had, has) ? [.. had!.Rules] : [.. has.Rules]);
                }
            }
            foreach (var (chain, rules) in wanted)
            {
                rules!.RemoveAll(r => live.JumpsToOurs(r) && !wanted.ContainsKey(r[(r.LastIndexOf("-j ", StringComparison.Ordinal) + 3)..]));
                if (!wanted.ContainsKey(FirewallCompiler.FilterTop))
                {
                    rules.RemoveAll(r => r == $"-j {FirewallCompiler.FilterTop}");
                }
            }
            tables.Add(table, wanted);
        }
        var plan = Plan(live, tables);
        return plan.RestoreText.Length == 0 ? plan : plan with { RestoreText = KeptCounters.AddTo(plan.RestoreText, earlier) };
    }

    private static string Mark(string wrap) => $"-m comment --comment \"{wrap} rules were applied by plumb\"";

    /// <summary>True where two states of a foreign chain differ in nothing but our jumps.</summary>
    private static bool IsOnlyOurs(FirewallSnapshot live, LiveChain? had, LiveChain has)
    {
        bool Foreign(string rule) => !live.JumpsToOurs(rule) && rule != $"-j {FirewallCompiler.FilterTop}";
        return had is not null && had.Rules.Where(Foreign).SequenceEqual(has.Rules.Where(Foreign), StringComparer.Ordinal);
    }

    /// <summary>Ours before the rules of others; a chain that stays as it is: null.</summary>
    private static Dictionary<string, List<string>?> Merge(
        FirewallSnapshot live, string table, Dictionary<string, List<string>?> own)
    {
        foreach (var (name, chain) in live.Chains(table))
        {
            if (live.IsOurs(name))
            {
                continue;
            }
            var ours = own.GetValueOrDefault(name);
            var foreign = chain.Rules.Where(r => !live.JumpsToOurs(r) && ours?.Contains(r) != true);
            own[name] = [.. ours ?? [], .. foreign];
        }
        return own;
    }

    private static FamilyPlan Plan(FirewallSnapshot live, Dictionary<string, Dictionary<string, List<string>?>> tables)
    {
        var text = new StringBuilder();
        var changes = new List<RuleChange>();
        var numbers = 0;
        foreach (var (table, wanted) in tables)
        {
            var before = live.Chains(table);
            foreach (var (chain, rules) in wanted)
            {
                if (rules is not null && (!before.TryGetValue(chain, out var found) || found.IsEmpty))
                {
                    numbers += rules.Count(BulkForm.HasPortNumber);
                }
            }
        }
        var bulk = numbers >= BulkFrom;
        foreach (var (table, wanted) in tables.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            var body = new StringBuilder();
            PlanTable(body, changes, live, table, wanted, bulk);
            if (body.Length > 0)
            {
                text.Append('*').Append(table).Append('\n').Append(body).Append("COMMIT\n");
            }
        }
        return new() { RestoreText = text.ToString(), Changes = changes, IsBulk = bulk };
    }

    private static void PlanTable(
        StringBuilder body, List<RuleChange> changes, FirewallSnapshot live, string table,
        Dictionary<string, List<string>?> wanted, bool bulk)
    {
        var before = live.Chains(table);
        var builtIn = LiveTables.BuiltIn(table);
        foreach (var chain in wanted.Keys.Where(c => !before.ContainsKey(c) && !builtIn.Contains(c)).Order(StringComparer.Ordinal))
        {
            body.Append(':').Append(chain).Append(" - [0:0]\n");
            changes.Add(new(table, chain, null, true));
        }
        var gone = before.Keys.Where(c => !wanted.ContainsKey(c) && !builtIn.Contains(c)).Order(StringComparer.Ordinal).ToList();
        var concerned = new List<string>(gone);
        foreach (var (chain, rules) in wanted)
        {
            if (rules is not null)
            {
                concerned.Add(chain);
            }
        }
        concerned.Sort(InAgentsOrder);
        foreach (var chain in concerned)
        {
            var had = before.TryGetValue(chain, out var live2) ? live2.Rules.ConvertAll(BulkForm.Back) : [];
            var wants = wanted.GetValueOrDefault(chain) ?? [];
            if (had.Count == 0)
            {
                foreach (var rule in wants)
                {
                    body.Append("-A ").Append(chain).Append(' ').Append(bulk ? BulkForm.Of(rule) : rule).Append('\n');
                    changes.Add(new(table, chain, rule, true));
                }
            }
            else if (ChainPatch.Write(body, chain, had, wants, bulk ? BulkForm.Of : null, (rule, added) => changes.Add(new(table, chain, rule, added)))
                is null)
            {
                continue;
            }
        }
        foreach (var chain in gone)
        {
            body.Append("-X ").Append(chain).Append('\n');
            changes.Add(new(table, chain, null, false));
        }
    }

    /// <summary>Chains without <c>-sg-</c> first.</summary>
    private static int InAgentsOrder(string one, string other)
    {
        var group = one.Contains("-sg-", StringComparison.Ordinal).CompareTo(other.Contains("-sg-", StringComparison.Ordinal));
        return group != 0 ? group : string.CompareOrdinal(one, other);
    }
}
