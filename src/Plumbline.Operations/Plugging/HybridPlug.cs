using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Node;
using Plumbline.Ovsdb;

namespace Plumbline.Operations.Plugging;

/// <summary>
/// The hybrid plug: VM – tap – qbr (Linux bridge, where iptables can see the frames) – qvb ═ qvo – br-int. Does what os-vif does, in
/// its order, and what os-vif leaves out: the plan is made of the facts first and refused where something is somebody else's; each
/// step can be taken back, and all are when one fails; a half-made chain is completed; the end is verified.
/// </summary>
public static partial class HybridPlug
{
    /// <summary>external_ids key (of qvo's Interface) for the instance's name, where no hypervisor on the node tells it.</summary>
    public const string InstanceNameKey = Node.Topologies.Vif.InstanceNameKey;

    private const int Attempts = 3;

    /// <summary>Plugs a port. Calling it again for a chain that is whole changes nothing.</summary>
    /// <param name="access">The node.</param>
    /// <param name="options">Which port, and how.</param>
    /// <param name="dryRun">Plan only.</param>
    /// <param name="cancellationToken">Ends it; what was done so far is undone.</param>
    /// <exception cref="OperationsException">
    /// Bad options; refused because something of these names is somebody else's; or the chain did not come up whole. Everything that
    /// this run did has been undone, unless the status is <see cref="Primitives.ExitStatus.LeftBehind"/>.
    /// </exception>
    /// <exception cref="OvsdbException">ovsdb-server or ovs-vswitchd failed; undone as above.</exception>
    /// <exception cref="LinuxException">The kernel refused a step; undone as above.</exception>
    public static Task<PlugResult> PlugAsync(
        NodeAccess access, PlugOptions options, bool dryRun, CancellationToken cancellationToken) =>
        PlugAsync(access, options, dryRun, afterStep: null, cancellationToken);

    /// <summary>As above; <paramref name="afterStep"/> sees each step taken, and may throw as the step itself might.</summary>
    internal static async Task<PlugResult> PlugAsync(
        NodeAccess access, PlugOptions options, bool dryRun, Action<PlugStep>? afterStep, CancellationToken cancellationToken)
    {
        options = options with { PortId = Check(options) };
        var names = PlugNames.Of(options.PortId, options.Tap);
        await using var session = await OvsdbSession.ConnectAsync(access.OvsdbEndpoint, access.OvsdbOptions, cancellationToken);
        using var networkNamespace = access.NamespaceFile is { } file ? NetworkNamespace.Open(file) : null;
        using var netlink = RouteNetlink.Open(networkNamespace);
        for (var attempt = 1; ; attempt++)
        {
            var facts = await PlugFacts.ReadAsync(netlink, networkNamespace, session, names, cancellationToken);
            var steps = PlugPlan.Plug(facts, options);
            if (dryRun)
            {
                return Describe(facts, options, names, steps) with { IsDryRun = true };
            }
            try
            {
                var executor = new PlugExecutor(netlink, networkNamespace, session, access.OvsdbOptions.Timeout);
                return await RunAsync(executor, steps, afterStep, async () =>
                {
                    var after = await VerifyAsync(netlink, networkNamespace, session, options, names, cancellationToken);
                    return Describe(after, options, names, steps);
                }, cancellationToken);
            }
            catch (OvsdbException taken) when (taken is { Error: "timed out", Failure: OvsdbFailure.Database } && attempt < Attempts)
            {
                // another plug took the free VLAN between our reading and writing; all is undone, so choose again
            }
        }
    }

    /// <summary>Unplugs a port, as far as it is plugged; nothing there is fine. The tap is the hypervisor's and stays.</summary>
    /// <exception cref="OperationsException">Refused: the port is on another bridge, or somebody else's.</exception>
    /// <exception cref="OvsdbException">ovsdb-server or ovs-vswitchd failed; what was removed so far stays removed.</exception>
    /// <exception cref="LinuxException">The kernel refused a step; what was removed so far stays removed.</exception>
    public static async Task<PlugResult> UnplugAsync(
        NodeAccess access, UnplugOptions options, bool dryRun, CancellationToken cancellationToken)
    {
        options = options with { PortId = CheckPortId(options.PortId) };
        var names = PlugNames.Of(options.PortId);
        await using var session = await OvsdbSession.ConnectAsync(access.OvsdbEndpoint, access.OvsdbOptions, cancellationToken);
        using var networkNamespace = access.NamespaceFile is { } file ? NetworkNamespace.Open(file) : null;
        using var netlink = RouteNetlink.Open(networkNamespace);
        var facts = await PlugFacts.ReadAsync(netlink, networkNamespace, session, names, cancellationToken);
        var steps = PlugPlan.Unplug(facts, options);
        var notes = new List<string>();
        if (!dryRun)
        {
            var executor = new PlugExecutor(netlink, networkNamespace, session, access.OvsdbOptions.Timeout);
            foreach (var step in steps)
            {
                try
                {
                    await executor.ExecuteAsync(step, cancellationToken);
                }
                catch (OvsdbException late) when (late.Failure == OvsdbFailure.Timeout && step is PlugStep.RemovePortRow)
                {
                    notes.Add(late.Problem.What); // the row is gone, so the rest can go as well
                }
            }
        }
        if (facts.FindLink(names.Tap) is not null)
        {
            notes.Add($"{names.Tap} stays: it is the hypervisor's, and goes with the VM");
        }
        return new()
        {
            PortId = options.PortId,
            Bridge = options.Bridge,
            Steps = [.. steps.Select(s => s.ToString())],
            IsDryRun = dryRun,
            Notes = notes,
        };
    }

    /// <summary>Takes the steps and then <paramref name="verify"/>; where any fails, undoes those taken, the last one first.</summary>
    private static async Task<PlugResult> RunAsync(
        PlugExecutor executor,
        IReadOnlyList<PlugStep> steps,
        Action<PlugStep>? afterStep,
        Func<Task<PlugResult>> verify,
        CancellationToken cancellationToken)
    {
        var undo = new Stack<PlugStep>();
        try
        {
            foreach (var step in steps)
            {
                if (step.MayFailInPart && step.Undo is { } part)
                {
                    undo.Push(part);
                }
                await executor.ExecuteAsync(step, cancellationToken);
                if (!step.MayFailInPart && step.Undo is { } whole)
                {
                    undo.Push(whole);
                }
                afterStep?.Invoke(step);
            }
            return await verify();
        }
        catch (Exception cause)
        {
            var left = await UndoAsync(executor, undo);
            if (left.Count > 0)
            {
                throw Problems.UndoFailed(cause, left);
            }
            throw;
        }
    }

    /// <returns>What could not be undone, in words.</returns>
    private static async Task<List<string>> UndoAsync(PlugExecutor executor, Stack<PlugStep> undo)
    {
        var left = new List<string>();
        while (undo.TryPop(out var step))
        {
            try
            {
                await executor.ExecuteAsync(step, CancellationToken.None);
            }
            catch (Exception e) when (e is OperationsException or OvsdbException or LinuxException)
            {
                left.Add($"{step}: {((Primitives.ProblemException)e).Problem.What}");
            }
        }
        return left;
    }

    private static PlugResult Describe(PlugFacts facts, PlugOptions options, PlugNames names, IReadOnlyList<PlugStep> steps)
    {
        var port = facts.FindPort(names.OvsEnd);
        var tag = steps.OfType<PlugStep.AddPortRow>().FirstOrDefault()?.Tag
            ?? steps.OfType<PlugStep.ChangePortRow>().FirstOrDefault(s => s.Change.WritesTag)?.Change.Tag
            ?? port?.Tag;
        var notes = new List<string>();
        if (facts.FindLink(names.Tap) is null)
        {
            notes.Add($"there is no {names.Tap} yet: the hypervisor makes it when the VM starts, with source bridge {names.HybridBridge}");
        }
        if (tag is null)
        {
            notes.Add("no local VLAN: the OVS agent sets it; without one say --network or --tag");
        }
        return new()
        {
            PortId = options.PortId,
            Bridge = options.Bridge,
            Steps = [.. steps.Select(s => s.ToString())],
            Tag = tag,
            OfPort = port?.OfPort,
            Notes = notes,
        };
    }

    private static string Check(PlugOptions options)
    {
        if (options.Tag is < 1 or > 4094)
        {
            throw Problems.BadTag(options.Tag.Value);
        }
        if (options.Mtu is < 68 or > 65535)
        {
            throw Problems.BadMtu(options.Mtu.Value);
        }
        return CheckPortId(options.PortId);
    }

    private static string CheckPortId(string text) =>
        Guid.TryParseExact(text, "D", out var id) ? id.ToString() : throw Problems.BadPortId(text);
}
