using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Ovsdb;

namespace Plumbline.Operations.Plugging;

public static partial class HybridPlug
{
    private static readonly TimeSpan _settleTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _settlePause = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// Looks until the chain is whole or the deadline has passed: carrier follows a moment after "up", and ovs-vswitchd may set the
    /// MTU of its ports to the bridge's own.
    /// </summary>
    private static async Task<PlugFacts> VerifyAsync(
        RouteNetlink netlink,
        NetworkNamespace? networkNamespace,
        OvsdbSession session,
        PlugOptions options,
        PlugNames names,
        CancellationToken cancellationToken)
    {
        var deadline = Environment.TickCount64 + (long)_settleTimeout.TotalMilliseconds;
        while (true)
        {
            var facts = await PlugFacts.ReadAsync(netlink, networkNamespace, session, names, cancellationToken);
            if (FindFault(facts, options, names) is not { } fault)
            {
                return facts;
            }
            if (Environment.TickCount64 > deadline)
            {
                throw fault;
            }
            await Task.Delay(_settlePause, cancellationToken);
        }
    }

    private static OperationsException? FindFault(PlugFacts facts, PlugOptions options, PlugNames names)
    {
        var port = facts.FindPort(names.OvsEnd);
        if (port is null || port.Bridge != options.Bridge)
        {
            return Problems.NotComplete($"{names.OvsEnd} is not on {options.Bridge}", $"Port {names.OvsEnd}");
        }
        if (port.OfPort is null or <= 0 || port.Error is { Length: > 0 })
        {
            return Problems.NotOpened(names.OvsEnd, port.Error, port.OfPort);
        }
        foreach (var name in new[] { names.HybridBridge, names.BridgeEnd, names.OvsEnd })
        {
            if (facts.FindLink(name) is not { } link || !link.Flags.HasFlag(LinkFlags.Up | LinkFlags.LowerUp))
            {
                return Problems.NotComplete($"{name} is not up with carrier", $"device {name}");
            }
        }
        if (facts.FindLink(names.BridgeEnd) is { } end && facts.MasterOf(end) != names.HybridBridge)
        {
            return Problems.NotComplete($"{names.BridgeEnd} is not in {names.HybridBridge}", $"device {names.BridgeEnd}");
        }
        // the same question once more: what would a second run have to do?
        return PlugPlan.Plug(facts, options) is [var due, ..]
            ? Problems.NotComplete($"still to do: {due}", $"port {options.PortId}")
            : null;
    }
}
