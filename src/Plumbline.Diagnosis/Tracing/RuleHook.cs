using System.Globalization;
using Plumbline.Diagnosis.Firewalls;
using Plumbline.Diagnosis.Verdicts;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>What the rules of a namespace made of a frame.</summary>
internal sealed record RuleHook
{
    public required Outcome Outcome { get; init; }

    /// <summary>The rule that dropped it, or that let it go on, in few words; null where none did.</summary>
    public string? Decider { get; init; }

    /// <summary>The chain of <see cref="Decider"/>.</summary>
    public string? Chain { get; init; }

    /// <summary>Rules that it met.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>Counters that it raised.</summary>
    public IReadOnlyList<HopCounter> Counters { get; init; } = [];

    /// <summary>What it depends on; empty where it does not.</summary>
    public IReadOnlyList<string> Unknowns { get; init; } = [];

    /// <summary>The nat rule that translated it.</summary>
    public Rule? Translation { get; init; }

    /// <summary>What is done to its addresses: by <see cref="Translation"/>, or by a rule of nft's own.</summary>
    public Iptables.Target? NatTarget => Translation?.Target ?? OwnTranslation;

    /// <summary>What nft's own chains of type nat do to it; null: nothing.</summary>
    public Iptables.Target? OwnTranslation { get; init; }

    /// <summary>The chain of <see cref="Translation"/>.</summary>
    public string? TranslationChain { get; init; }

    public Decision Decision { get; init; }

    /// <summary>A bridged packet that the rules were shown: the packet as it goes on, and what nat made of it.</summary>
    public BridgedNat? Bridged { get; init; }

    public static RuleHook Passed { get; } = new() { Outcome = Outcome.Passed };

    /// <summary>Asks the rules.</summary>
    /// <param name="space">Whose.</param>
    /// <param name="path">The way.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="conntrack">What is known of connections.</param>
    /// <param name="session">Where assumptions go.</param>
    public static RuleHook Ask(TraceSpace space, PacketPath path, TraceFrame frame, ConntrackTable conntrack, TraceSession session)
    {
        var devices = DevicesOf(path);
        var isCovered = space.Covers(frame.Family, devices);
        if (!isCovered)
        {
            session.Want(space, frame.IsIPv6, devices);
        }
        if (!isCovered && space.IsPartlyTold(frame.Family))
        {
            return Passed with { Unknowns = [$"{space.Node.Name}: the rules for packets by {string.Join(", ", devices)} were not read"] };
        }
        var rules = space.Rules(frame.Family);
        if (rules is null)
        {
            var tool = frame.IsIPv6 ? "ip6tables" : "iptables";
            var whose = space.IsOwn ? space.Node.Name : $"{space.Name} on {space.Node.Name}";
            if (!space.IsFirewallTold)
            {
                return Passed with { Unknowns = [$"the rules of {whose} were not told ({tool}-save)"] };
            }
            if (space.Node.FirewallOf(space.Name)?.IsTold(frame.Family) != true)
            {
                session.Assume($"{whose} has no {tool} rules: none were told, while others were");
            }
            return Passed;
        }
        var header = frame.ToHeader();
        var exploration = rules.Explore(rules.Resolve(path), in header, conntrack);
        var course = exploration.Courses[0];
        var deciding = FirewallVerdict.DecidingOf(course);
        var translated = course.Steps.LastOrDefault(s => s.Event == TraceEvent.Translated)?.Place;
        return new()
        {
            Outcome = exploration.Outcome == Outcome.Depends ? course.Decision.Outcome : exploration.Outcome,
            Decider = deciding is null ? null : Words(deciding),
            Chain = deciding?.Chain?.Name ?? deciding?.Place?.Chain.Name,
            Evidence = [.. course.Steps.Where(s => s.Event != TraceEvent.Tracked).Select(Line)],
            Counters = [.. course.Steps.Where(s => s.Event != TraceEvent.Tracked).Select(s => CounterOf(space, frame.Family, s)).OfType<HopCounter>()],
            Unknowns = RuleDoubts.Of(space.Node.Name, exploration),
            Translation = translated?.Rule,
            TranslationChain = translated?.Chain.Name,
            Decision = course.Decision,
        };
    }

    /// <summary>The same of a first packet on its whole way in or out of a stack, and nft's own rules too.</summary>
    /// <param name="space">Whose.</param>
    /// <param name="path">The way.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="session">Where assumptions go.</param>
    public static RuleHook AskStack(TraceSpace space, PacketPath path, TraceFrame frame, TraceSession session)
    {
        var hook = Ask(space, path, frame, ConntrackTable.Empty, session);
        if (hook.Outcome == Outcome.Dropped || space.NftRules() is null)
        {
            return hook;
        }
        var header = frame.ToHeader();
        foreach (var point in path.Points)
        {
            var own = FrameHook.OfPacket(space, point, frame, FirstPacket.StateOf(in header), int.MinValue, int.MaxValue);
            hook = own.ToDrop() is { } drop
                ? drop with { Evidence = [.. hook.Evidence, .. drop.Evidence], Counters = hook.Counters, Unknowns = [.. hook.Unknowns, .. drop.Unknowns] }
                : hook with { Evidence = [.. hook.Evidence, .. own.Passed], Unknowns = [.. hook.Unknowns, .. own.Unknowns] };
            if (hook.Outcome == Outcome.Dropped)
            {
                break;
            }
        }
        return hook;
    }

    /// <summary>The state of a bridged packet's connection, in the zone that the rules give it; null where nobody asks.</summary>
    /// <param name="space">Whose rules.</param>
    /// <param name="path">The way.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="session">Where connections are kept.</param>
    public static ConntrackState? BridgedState(TraceSpace space, PacketPath path, TraceFrame frame, TraceSession session)
    {
        if (space.NftRules() is null || frame.Arp != 0 || frame.Vlan is not null)
        {
            return null;
        }
        var place = PlaceOf(space);
        var first = Ask(space, PacketPath.At(path.Points[0]), frame, new TraceConntrack.Table(session.Conntrack, place, frame), session);
        var header = frame.ToHeader();
        return first.Decision.IsNotrack ? ConntrackState.Untracked
            : session.Conntrack.Find(place, first.Decision.Zone, frame) is { } known ? known.ToEntry().State : FirstPacket.StateOf(in header);
    }

    private static HashSet<string> DevicesOf(PacketPath path)
    {
        var devices = new HashSet<string>(StringComparer.Ordinal);
        foreach (var point in path.Points)
        {
            foreach (var device in (ReadOnlySpan<string?>)[point.In, point.Out, point.PhysicalIn, point.PhysicalOut])
            {
                if (device is not null)
                {
                    devices.Add(device);
                }
            }
        }
        return devices;
    }

    /// <summary>The way of a bridged frame, where the kernel shows it to the rules at all.</summary>
    public static RuleHook AskBridged(
        TraceSpace space, Linux.Netlink.Link bridge, PacketPath path, TraceFrame frame, TraceSession session, Iptables.Target? translation = null)
    {
        if (frame.Arp != 0 || frame.Vlan is not null)
        {
            return Passed;      // arptables is not read; net.bridge.bridge-nf-filter-vlan-tagged is 0 by default
        }
        var sysctl = NodeRules.BridgeSysctl(frame.Family);
        var isShown = bridge.Data is Linux.Netlink.LinkData.Bridge { CallIptables: true } && !frame.IsIPv6
            || (space.Sysctl(sysctl) is { } told ? told != "0" : AssumeShown(space, sysctl, session));
        if (!isShown)
        {
            return Passed with { Evidence = [$"{sysctl} = 0: bridged packets meet no rules"], Decider = "meets no rules (bridge-nf-call off)" };
        }
        var place = PlaceOf(space);
        if (space.Rules(frame.Family)?.UsesConntrack == true && session.WaitsAt($"{place} {bridge.Name}", frame) is { } waits)
        {
            return new() { Outcome = Outcome.Dropped, Decider = waits };
        }
        var table = new TraceConntrack.Table(session.Conntrack, place, frame);
        var hook = Ask(space, path, frame, table, session) with { OwnTranslation = translation };
        if (hook is { Unknowns.Count: > 0, NatTarget: RedirectTarget or DnatTarget })
        {
            // what takes it off the bridge at once does so whatever the rules behind it ask
            var first = Ask(space, PacketPath.At(path.Points[0]), frame, table, session) with { OwnTranslation = translation };
            var led = BridgedNat.Of(space, bridge, first, frame, session.Conntrack.Find(place, first.Decision.Zone, frame));
            if (first is { Outcome: Outcome.Passed, Unknowns.Count: 0 } && led.Refusal is not null)
            {
                return first with { Bridged = led };
            }
        }
        var nat = BridgedNat.Of(space, bridge, hook, frame, session.Conntrack.Find(place, hook.Decision.Zone, frame));
        if (hook.Outcome == Outcome.Passed && !hook.Decision.IsNotrack && nat.Refusal is null)
        {
            session.Conntrack.Commit(place, hook.Decision.Zone, frame, nat.Frame, hook.Decision.ConnectionMark);
        }
        return hook with { Bridged = nat };
    }

    /// <summary>The key of a namespace's connections.</summary>
    public static string PlaceOf(TraceSpace space) => $"{space.Node.Name}/{space.Name}";

    private static bool AssumeShown(TraceSpace space, string sysctl, TraceSession session)
    {
        var rules = space.Node.RulesOf(space);
        if (rules.AreSysctlsTold)
        {
            return false;   // the module is not loaded: the sysctl is not there
        }
        session.Assume($"{space.Node.Name}: {sysctl} is 1 (not told)");
        return true;
    }

    internal static string Words(TraceStep step) => step.Place is { } place
        ? string.Create(CultureInfo.InvariantCulture, $"{place.Table.Name} {place.Chain.Name} rule {place.Number}: {RuleBrief.Of(place.Rule)}")
        : $"policy of {step.Table} {step.Chain?.Name}: {(step.Event == TraceEvent.PolicyDropped ? "DROP" : "ACCEPT")}";

    private static HopCounter? CounterOf(TraceSpace space, IPFamily family, TraceStep step) =>
        step.Place is { } place ? place.Rule.Counters is null ? null : HopCounter.Of(space, family, place.Table.Name, place.Rule)
        : step is { Event: TraceEvent.PolicyDropped, Table: { } table, Chain: { } chain }
            ? HopCounter.OfPolicy(space, family, table, chain.Name) : null;

    private static string Line(TraceStep step)
    {
        if (step.Place is not { } place)
        {
            return $"{step.Table} {step.Chain?.Name}: policy {(step.Event == TraceEvent.PolicyDropped ? "DROP" : "ACCEPT")}{Count(step.Chain?.Counters)}";
        }
        var note = step.Note.Length > 0 ? $"  ({step.Note})" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{place.Table.Name} {place.Chain.Name} {place.Number}: {RulesetRenderer.Save(place.Rule)}{note}{Count(place.Rule.Counters)}");
    }

    private static string Count(Counters? counters) => counters is { } c
        ? string.Create(CultureInfo.InvariantCulture, $"  [{c.Packets} packets]") : "";
}
