using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Node;
using Plumbline.Operations.Mirroring;
using Plumbline.Ovsdb;

namespace Plumbline.Operations.Capturing;

public sealed partial class CaptureRun
{
    /// <summary>How long the mark says that we are alive; renewed three times as often.</summary>
    private static readonly TimeSpan _leaseTime = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Follows our Mirror rows until told to stop: they lose their source ports when a port is deleted, their output when somebody
    /// takes our port away, and vanish with their bridge; OVS itself says nothing of it (spec mirroring-traps 5.13–5.17). An
    /// ovsdb-server that is away is waited for.
    /// </summary>
    private async Task WatchAsync(MirrorSession session, CancellationToken cancellationToken)
    {
        try
        {
            await using var replica = await OvsdbReplica.StartAsync(
                _access.OvsdbEndpoint, _access.OvsdbOptions, OvsdbSession.OpenVSwitch,
                [new("Mirror", ["select_src_port", "output_port", "statistics"])], cancellationToken);
            var renewing = RenewLeaseAsync(replica, session, cancellationToken);
            try
            {
                await JudgeAsync(replica, session, cancellationToken);
                await renewing;
            }
            finally
            {
                ReadMirrorCounters(replica.Tables);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return; // the capture ended
        }
        catch (OvsdbException exception)
        {
            _listener.OnNote($"the database cannot be watched, so a deleted port would go unnoticed: {exception.Problem.What}");
        }
    }

    private async Task JudgeAsync(OvsdbReplica replica, MirrorSession session, CancellationToken cancellationToken)
    {
        var reduced = new HashSet<Guid>();
        while (!_ended.Task.IsCompleted)
        {
            var tables = await replica.WaitAsync(t => session.Mirrors.Any(m => IsHurt(m, t) && !reduced.Contains(m.Uuid)), cancellationToken);
            foreach (var mirror in session.Mirrors.Where(m => IsHurt(m, tables)))
            {
                Judge(mirror, tables, reduced);
            }
        }
    }

    /// <summary>What ovs-vswitchd last told of our mirrors (ovs-vswitchd.conf.db(5), Mirror statistics).</summary>
    private void ReadMirrorCounters(ReplicaTables tables)
    {
        foreach (var point in _points)
        {
            if (point.Mirror is { } mirror && tables["Mirror"].TryGetValue(mirror.Uuid, out var row)
                && row.Columns.GetValueOrDefault("statistics") is OvsdbValue.Map statistics)
            {
                foreach (var (key, value) in statistics.Pairs)
                {
                    if (key is OvsdbValue.Text { Value: "tx_packets" } && value is OvsdbValue.Integer { Value: >= 0 } sent)
                    {
                        point.MirrorSent = (ulong)sent.Value;
                    }
                }
            }
        }
    }

    private static bool IsHurt(ActiveMirror mirror, ReplicaTables tables) =>
        !tables["Mirror"].TryGetValue(mirror.Uuid, out var row)
        || row.GetUuid("output_port") is null
        || row.GetUuids("select_src_port").Count < mirror.Point.Ports.Count;

    private void Judge(ActiveMirror mirror, ReplicaTables tables, HashSet<Guid> reduced)
    {
        var bridge = mirror.Point.Bridge;
        if (!tables["Mirror"].TryGetValue(mirror.Uuid, out var row))
        {
            _ended.TrySetResult(new(CaptureEnd.SourceGone, CaptureRunProblems.MirrorGone(bridge)));
            return;
        }
        if (row.GetUuid("output_port") is null)
        {
            _ended.TrySetResult(new(CaptureEnd.SourceGone, CaptureRunProblems.OutputPortGone(bridge, mirror.MonitorPort)));
            return;
        }
        var left = row.GetUuids("select_src_port").ToHashSet();
        var gone = string.Join(", ", mirror.Point.Ports.Where(p => !left.Contains(p.Uuid)).Select(p => p.Name));
        if (left.Count == 0)
        {
            _ended.TrySetResult(new(CaptureEnd.SourceGone, CaptureRunProblems.PortsGone(bridge, gone)));
        }
        else if (reduced.Add(mirror.Uuid))
        {
            _listener.OnNote($"deleted while captured, and no longer seen: {gone} on {bridge}");
        }
    }

    /// <summary>On the Mirror rows only, whose external_ids ovs-vswitchd does not follow: a renewal costs it nothing.</summary>
    private static async Task RenewLeaseAsync(OvsdbReplica replica, MirrorSession session, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_leaseTime / 3);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var renewed = session.Mark with { Lease = DateTimeOffset.UtcNow + _leaseTime };
            var lease = KeyValuePair.Create(OwnershipMark.LeaseKey, renewed.ToExternalIds()[OwnershipMark.LeaseKey]);
            try
            {
                await replica.Session.TransactAsync(OvsdbSession.OpenVSwitch,
                [
                    .. session.Mirrors.Select(m => new Operation.Mutate("Mirror", Condition.Uuid(m.Uuid),
                    [
                        new("external_ids", "delete", new OvsdbValue.Set([new OvsdbValue.Text(OwnershipMark.LeaseKey)])),
                        new("external_ids", "insert", OvsdbValue.StringMap([lease])),
                    ])),
                ], cancellationToken);
            }
            catch (OvsdbException)
            {
                continue; // the server is away: the next tick tries again, and the guard lives on without a lease
            }
        }
    }

    /// <summary>What the monitor devices have counted, so that a silent loss shows (spec mirroring-traps 5.25, 5.26).</summary>
    private void ReadMonitorCounters()
    {
        foreach (var point in _points)
        {
            if (point.Mirror is not { } mirror)
            {
                continue;
            }
            try
            {
                using var netlink = RouteNetlink.Open(mirror.Monitor.ReadNamespace);
                if (netlink.FindLink(mirror.Monitor.ReadDevice)?.Statistics is { } counters)
                {
                    point.MonitorReceived = mirror.CopiesAreOutgoing ? counters.SentPackets : counters.ReceivedPackets;
                    point.MonitorLost = counters.ReceiveDropped + counters.ReceiveErrors + counters.SendDropped;
                }
            }
            catch (LinuxException)
            {
                continue; // the device is gone: that is what ended the capture, and it is told
            }
        }
    }
}
