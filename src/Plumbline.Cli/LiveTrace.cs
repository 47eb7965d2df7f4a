using System.Net;
using System.Net.Sockets;
using Plumbline.Diagnosis;
using Plumbline.Diagnosis.Tracing;
using Plumbline.Neutron.Api;
using Plumbline.Node;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;

namespace Plumbline.Cli;

/// <summary>
/// Asks live nodes about one packet and reads of their rules only what it meets: the question says which rules it lacks, these are read, and
/// it is asked again. Whatever cannot be had so is read whole; the answer is the same.
/// </summary>
internal static class LiveTrace
{
    private const int MostRounds = 6;

    /// <summary>Bytes to be had before the first collection, and of these for large objects (texts).</summary>
    private const long TotalMemory = 192 << 20;
    private const long LargeObjects = 64 << 20;

    private const SnapshotScope Scope =
        SnapshotScope.Topology | SnapshotScope.Forwarding | SnapshotScope.SwitchFlows | SnapshotScope.Services;

    /// <summary>The answer.</summary>
    /// <param name="ways">The nodes.</param>
    /// <param name="question">The packet.</param>
    /// <param name="cloudOf">What Neutron wants, as far as the nodes or an option tell.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="DiagnosisException">An end is unknown or ambiguous.</exception>
    public static async Task<TraceResult> AskAsync(
        IReadOnlyList<NodeAccess> ways, TraceQuestion question, Func<NodeSet, Cloud?> cloudOf, CancellationToken cancellationToken)
    {
        var ahead = new RulesAhead?[ways.Count];
        Uncollected();
        try
        {
            return await AskAsync(ways, question, cloudOf, ahead, cancellationToken);
        }
        finally
        {
            foreach (var rules in ahead)
            {
                if (rules is not null)
                {
                    await rules.DisposeAsync();
                }
            }
        }
    }

    /// <summary>A question that is over in a third of a second gives its memory back by ending: a tenth of its time went into collecting.</summary>
    private static void Uncollected()
    {
        try
        {
            _ = GC.TryStartNoGCRegion(TotalMemory, LargeObjects);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentOutOfRangeException)
        {
            return; // it collects, then
        }
    }

    private static async Task<TraceResult> AskAsync(
        IReadOnlyList<NodeAccess> ways, TraceQuestion question, Func<NodeSet, Cloud?> cloudOf, RulesAhead?[] ahead, CancellationToken cancellationToken)
    {
        var snapshots = new NodeSnapshot[ways.Count];
        for (var i = 0; i < ways.Count; i++)
        {
            ahead[i] = LiveNode.StartRules(ways[i], question.Family == AddressFamily.InterNetworkV6, cancellationToken);
            // IPv6 is what a narrow reading leaves out
            snapshots[i] = question.Family == AddressFamily.InterNetworkV6 ? await LiveNode.ReadAsync(ways[i], Scope, cancellationToken)
                : await LiveNode.ReadSomeAsync(ways[i], Scope, [question.From.Trim(), question.To.Trim()], cancellationToken);
        }
        for (var i = 0; i < ways.Count; i++)
        {
            if (FirstWishes(snapshots, i, question) is { Count: > 0 } wishes)
            {
                snapshots[i] = await LiveNode.ReadRulesAsync(ways[i], snapshots[i], wishes, ahead[i], cancellationToken);
            }
        }
        var cloud = cloudOf(new(snapshots));
        var isWhole = false;
        for (var round = 1; ; round++)
        {
            IReadOnlyList<RulesWanted> wanted;
            var isOutgrown = false;
            try
            {
                var answer = new Tracer([.. snapshots.Select(Topology.Build)], cloud).Ask(question);
                wanted = answer.RulesWanted;
                if (wanted.Count == 0 && IsSure(answer, snapshots) || isWhole)
                {
                    return answer;
                }
                isOutgrown = answer.IsOutgrown || wanted.Count == 0;
            }
            catch (DiagnosisException) when (!isWhole)
            {
                wanted = [];    // perhaps all rules tell who is meant
            }
            if (isOutgrown || wanted.Count == 0)
            {
                var isAny = false;
                for (var i = 0; i < ways.Count; i++)
                {
                    if (snapshots[i].Omitted is not null)
                    {
                        var firewall = snapshots[i].Firewall;
                        snapshots[i] = await LiveNode.ReadAsync(ways[i], Scope, cancellationToken) with { Firewall = firewall };
                        isAny = true;
                    }
                }
                if (isAny)
                {
                    continue;
                }
            }
            isWhole = wanted.Count == 0 || round >= MostRounds;
            for (var i = 0; i < ways.Count; i++)
            {
                List<RulesWish> wishes = isWhole ? [new("", false, null), new("", true, null)]
                    : [.. wanted.Where(w => w.Node == i).Select(w => new RulesWish(w.Namespace, w.IsIPv6, w.Devices))];
                if (wishes.Count > 0)
                {
                    snapshots[i] = await LiveNode.ReadRulesAsync(ways[i], snapshots[i], wishes, ahead[i], cancellationToken);
                }
            }
        }
    }

    /// <summary>Where other VMs were left out, who is told that it fails, or that something is unknown, is told so from the whole node.</summary>
    private static bool IsSure(TraceResult answer, NodeSnapshot[] snapshots) => !Array.Exists(snapshots, s => s.Omitted is not null)
        || !answer.IsOutgrown && (answer.Verdict == TraceVerdict.Delivered || answer is { Verdict: TraceVerdict.Dropped, Drop.Cause: TraceCause.Rule });

    /// <summary>Rules that the question will surely ask for; all of them where only they may tell whose an address is.</summary>
    private static List<RulesWish> FirstWishes(NodeSnapshot[] snapshots, int node, TraceQuestion question)
    {
        var isIPv6 = question.Family == AddressFamily.InterNetworkV6;
        var devices = TraceForesight.DevicesOf(snapshots[node], [question.From, question.To]);
        var isUnknown = !TraceForesight.AreAddressesInFlows(snapshots[node]) && Array.Exists([question.From, question.To], word =>
            IPAddress.TryParse(word, out var address) && !Array.Exists(snapshots, s => TraceForesight.IsAddressOfDevice(s, address)));
        return isUnknown ? [new("", isIPv6, null)] : devices.Count > 0 ? [new("", isIPv6, devices)] : [];
    }
}
