using Plumbline.Diagnosis.Explaining.Wording;
using Plumbline.Diagnosis.Firewalls;
using Plumbline.Iptables;
using Plumbline.Neutron.SecurityGroups.Roles;

namespace Plumbline.Diagnosis.Explaining;

/// <summary>The summary in sentences: families that let the same through are told together.</summary>
internal static class SummaryWords
{
    /// <summary>Says what <paramref name="families"/> let a port do.</summary>
    /// <param name="families">What is known of each.</param>
    /// <param name="isInSwitch">Its packets meet flows of Open vSwitch, and no rules.</param>
    public static IReadOnlyList<Sentence> Say(IReadOnlyList<FamilySummary> families, bool isInSwitch = false)
    {
        var known = families.Where(f => f.IsKnown).ToList();
        var lines = new List<Sentence>();
        if (known.Count == 0)
        {
            return [Sentence.Of(isInSwitch ? "sum.in-switch" : "sum.no-chains")];
        }
        if (known.TrueForAll(f => f.Open is not null))
        {
            lines.Add(Sentence.Of(known[0].Open == NeutronDuty.Trusted ? "sum.trusted" : "sum.open"));
        }
        else
        {
            AddWays(known, lines);
        }
        foreach (var family in families.Where(f => !f.IsKnown))
        {
            lines.Add(Sentence.Of("sum.no-chains-family", ("family", NameOf(family))));
        }
        AddDoubts(known, lines);
        return lines;
    }

    private static void AddWays(List<FamilySummary> known, List<Sentence> lines)
    {
        var filtered = known.Where(f => f.Open is null).ToList();
        var inbound = filtered.ConvertAll(f => Inbound(f));
        var outbound = filtered.ConvertAll(f => Outbound(f));
        if (filtered.Count > 1 && Same(inbound[0], inbound[1]) && Same(outbound[0], outbound[1]))
        {
            var both = filtered[0] with { Senders = Together(filtered) };
            lines.Add(Sentence.Of("sum.line", ("in", inbound[0]), ("out", WithSenders(outbound[0], both))));
        }
        else
        {
            for (var i = 0; i < filtered.Count; i++)
            {
                var way = WithSenders(outbound[i], filtered[i]);
                lines.Add(filtered.Count == 1
                    ? Sentence.Of("sum.line", ("in", inbound[i]), ("out", way))
                    : Sentence.Of("sum.line-family", ("family", NameOf(filtered[i])), ("in", inbound[i]), ("out", way)));
            }
        }
        AddHousekeeping(filtered, lines);
        foreach (var (key, way) in filtered.Select(f => ("sum.drops.in", f.In)).Concat(filtered.Select(f => ("sum.drops.out", f.Out))))
        {
            if (way is { Dropped.Count: > 0 })
            {
                lines.Add(Sentence.Of(key, ("list", new Sentence.Sequence("join.and", way.Dropped))));
            }
        }
        if (filtered.Exists(f => f.IsStateless))
        {
            lines.Add(Sentence.Of("sum.stateless"));
        }
    }

    private static Sentence Inbound(FamilySummary family) => Way(family.In, "sum.in", family.IsStateless);

    private static Sentence Outbound(FamilySummary family) => Way(family.Out, "sum.out", family.IsStateless);

    private static Sentence Way(WaySummary? way, string key, bool isStateless) => way switch
    {
        null => Sentence.Of(key + ".nothing-known"),
        { IsShown: false } => Sentence.Of(key + ".unknown", ("chain", way.Chain)),
        { AllowsAll: true } => Sentence.Of(key + ".any"),
        { Allowed.Count: > 0 } => Sentence.Of(
            way.AllowsReplies && !isStateless ? key + ".some" : key + ".some-no-replies",
            ("list", new Sentence.Sequence(way.AllowsReplies && !isStateless ? "join.comma" : "join.and", way.Allowed)),
            ("count", way.Allowed.Count)),
        { AllowsReplies: true } when !isStateless => Sentence.Of(key + ".none"),
        _ => Sentence.Of(key + ".nothing"),
    };

    private static Sentence WithSenders(Sentence outbound, FamilySummary family)
    {
        if (family.Out is not { IsShown: true } way || (!way.AllowsAll && way.Allowed.Count == 0))
        {
            return outbound;
        }
        if (family.Senders is not { } senders)
        {
            return family.SpoofChain is null ? outbound
                : Sentence.Of("sum.out.as-unknown", ("out", outbound), ("chain", family.SpoofChain));
        }
        if (family.SpoofChain is null)
        {
            return Sentence.Of("sum.out.as-anybody", ("out", outbound));
        }
        var words = senders.Select(s => (Sentence)(s.Address is null
            ? Sentence.Of("sum.sender-any", ("mac", s.Mac))
            : Sentence.Of("sum.sender", ("address", s.Address), ("mac", s.Mac)))).ToArray();
        return words.Length == 0 ? Sentence.Of("sum.out.as-nobody", ("out", outbound))
            : Sentence.Of("sum.out.as", ("out", outbound), ("senders", new Sentence.Sequence("join.or", words)));
    }

    private static List<(string?, string)>? Together(List<FamilySummary> families)
    {
        var senders = new List<(string?, string)>();
        foreach (var family in families)
        {
            if (family.Senders is null || family.SpoofChain is null)
            {
                return null;
            }
            senders.AddRange(family.Senders.Where(s => !senders.Contains(s)));
        }
        return senders;
    }

    private static void AddHousekeeping(List<FamilySummary> filtered, List<Sentence> lines)
    {
        var ways = filtered.SelectMany(f => new[] { f.In, f.Out }).OfType<WaySummary>().Where(w => w.IsShown).ToList();
        var house = new List<Sentence>();
        if (ways.Exists(w => w.AllowsDhcp))
        {
            var servers = ways.SelectMany(w => w.DhcpServers).Distinct(StringComparer.Ordinal).Select(s => (Sentence)s).ToArray();
            house.Add(servers.Length == 0 ? Sentence.Of("sum.dhcp")
                : Sentence.Of("sum.dhcp-from", ("servers", new Sentence.Sequence("join.or", servers))));
        }
        if (ways.Exists(w => w.AllowsDhcp6))
        {
            house.Add(Sentence.Of("sum.dhcp6"));
        }
        if (ways.Exists(w => w.AllowsIcmpv6))
        {
            house.Add(Sentence.Of("sum.icmpv6"));
        }
        if (house.Count == 0)
        {
            return;
        }
        var list = new Sentence.Sequence("join.and", house);
        var isOnly = ways.TrueForAll(w => !w.AllowsAll && w.Allowed.Count == 0) && filtered.TrueForAll(f =>
            f.In is { IsShown: true } && f.Out is { IsShown: true });
        lines.Add(isOnly ? Sentence.Of("sum.house-only", ("list", list), ("count", house.Count)) : Sentence.Of("sum.house", ("list", list)));
    }

    private static void AddDoubts(List<FamilySummary> known, List<Sentence> lines)
    {
        foreach (var family in known)
        {
            foreach (var (way, key) in new[] { (family.In, "sum.unlinked.in"), (family.Out, "sum.unlinked.out") })
            {
                if (way is { IsLinked: false })
                {
                    lines.Add(Sentence.Of(key, ("from", "FORWARD"), ("chain", way.Chain)));
                }
            }
            if (family.IsInForce == false)
            {
                lines.Add(family.HasSysctl
                    ? Sentence.Of("sum.nf-off", ("sysctl", NodeRules.BridgeSysctl(family.Family)))
                    : Sentence.Of("sum.nf-missing"));
            }
            if (family.ForeignBefore > 0)
            {
                lines.Add(Sentence.Of("sum.foreign", ("count", family.ForeignBefore), ("chain", "FORWARD")));
            }
            var uncertain = (family.In?.Uncertain ?? 0) + (family.Out?.Uncertain ?? 0);
            if (uncertain > 0)
            {
                lines.Add(Sentence.Of("sum.perhaps", ("count", uncertain)));
            }
        }
        if (known.TrueForAll(f => !f.IsWayShown))
        {
            lines.Add(Sentence.Of("sum.way-unknown", ("from", "FORWARD")));
        }
    }

    private static string NameOf(FamilySummary family) => family.Family == IPFamily.IPv4 ? "IPv4" : "IPv6";

    /// <summary>Equal when they say the same; their lists are compared by what they say.</summary>
    private static bool Same(Sentence one, Sentence other)
    {
        var book = Phrasebook.Of(Language.English);
        return book.Say(one) == book.Say(other);
    }
}
