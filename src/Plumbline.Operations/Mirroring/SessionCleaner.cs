using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Node;
using Plumbline.Ovsdb;

namespace Plumbline.Operations.Mirroring;

/// <summary>
/// Removes all that one session made: found by its mark, not by memory, so that the session itself, its guard and <c>plumb mirror
/// gc</c> do the very same. Mirror and port go in one transaction, the device last (spec mirroring-traps 5.2, 5.4); then all is read
/// again to prove that it is gone. Rows and devices without the mark are never touched.
/// </summary>
public static class SessionCleaner
{
    /// <summary>How long ovs-vswitchd may take to follow; the rows are gone either way.</summary>
    private static readonly TimeSpan _applyTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Removes the session's rows and devices. Whatever cannot be removed is in the result; nothing of that is thrown.</summary>
    /// <param name="access">The node.</param>
    /// <param name="session">The session's mark.</param>
    /// <param name="patience">How long to go on trying to reach ovsdb-server.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<CleanupResult> RemoveAsync(
        NodeAccess access, string session, TimeSpan patience, CancellationToken cancellationToken) =>
        RemoveAsync(access, session, patience, guarded: null, cancellationToken);

    /// <summary>
    /// As above; what is gone for good together with its <paramref name="guarded"/> node is not waited for.
    /// </summary>
    internal static async Task<CleanupResult> RemoveAsync(
        NodeAccess access, string session, TimeSpan patience, GuardedNode? guarded, CancellationToken cancellationToken)
    {
        var rows = await RemoveRowsAsync(access, session, patience, guarded, cancellationToken);
        return rows.With(await RemoveDevicesAsync(access, session, guarded, cancellationToken));
    }

    private static async Task<CleanupResult> RemoveRowsAsync(
        NodeAccess access, string session, TimeSpan patience, GuardedNode? guarded, CancellationToken cancellationToken)
    {
        var deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        for (var pause = TimeSpan.FromMilliseconds(50); ; pause = TimeSpan.FromMilliseconds(Math.Min(2000, pause.TotalMilliseconds * 2)))
        {
            try
            {
                await using var ovsdb = await OvsdbSession.ConnectAsync(access.OvsdbEndpoint, access.OvsdbOptions, cancellationToken);
                return await RemoveRowsAsync(ovsdb, session, cancellationToken);
            }
            catch (OvsdbException exception)
            {
                if (guarded?.IsDatabaseGone(access) == true)
                {
                    return new([], []); // and the rows with it
                }
                if (Environment.TickCount64 >= deadline)
                {
                    return new([], [new(
                        $"the mirror and port of session {session}",
                        exception.Problem.What,
                        "plumb mirror gc   (once ovsdb-server answers)")]);
                }
            }
            await Task.Delay(pause, cancellationToken);
        }
    }

    private static async Task<CleanupResult> RemoveRowsAsync(
        OvsdbSession ovsdb, string session, CancellationToken cancellationToken)
    {
        var before = await ReadRowsAsync(ovsdb, session, cancellationToken);
        if (before.IsEmpty)
        {
            return new([], []);
        }
        var operations = new List<Operation>();
        foreach (var bridge in before.Bridges)
        {
            operations.Add(new Operation.Mutate("Bridge", Condition.Uuid(bridge.Uuid),
            [
                new("mirrors", "delete", OvsdbValue.UuidSet(before.Mirrors.Select(m => m.Uuid))),
                new("ports", "delete", OvsdbValue.UuidSet(before.Ports.Select(p => p.Uuid))),
            ]));
        }
        operations.Add(new Operation.Comment($"plumb: remove the mirror of session {session}"));
        var commit = await ovsdb.CommitAsync(operations, cancellationToken);
        try
        {
            await ovsdb.WaitUntilAppliedAsync(commit, _applyTimeout, cancellationToken);
        }
        catch (OvsdbException late) when (late.Failure == OvsdbFailure.Timeout)
        {
            _ = late; // ovs-vswitchd does not run or hangs: it will follow when it comes back; what counts is the database, read next
        }
        var after = await ReadRowsAsync(ovsdb, session, cancellationToken);
        return new(
            [.. before.Describe(except: after)],
            [.. after.Describe(except: null).Select(what => new Leftover(what, "ovsdb-server still has it", "plumb mirror gc"))]);
    }

    private static async Task<SessionRows> ReadRowsAsync(
        OvsdbSession ovsdb, string session, CancellationToken cancellationToken)
    {
        IReadOnlyList<Condition> marked =
            [new("external_ids", "includes", OvsdbValue.StringMap([KeyValuePair.Create(OwnershipMark.SessionKey, session)]))];
        var results = await ovsdb.TransactAsync(OvsdbSession.OpenVSwitch,
        [
            new Operation.Select("Mirror", marked, ["_uuid", "name"]),
            new Operation.Select("Port", marked, ["_uuid", "name"]),
            new Operation.Select("Bridge", [], ["_uuid", "name", "mirrors", "ports"]),
        ], cancellationToken);
        var mirrors = results[0].Rows;
        var ports = results[1].Rows;
        var ours = mirrors.Concat(ports).Select(r => r.Uuid).ToHashSet();
        return new(mirrors, ports,
            [.. results[2].Rows.Where(b => b.GetUuids("mirrors").Concat(b.GetUuids("ports")).Any(ours.Contains))]);
    }

    /// <summary>Removes the session's devices; those of a namespace that is gone went with it.</summary>
    internal static async Task<CleanupResult> RemoveDevicesAsync(
        NodeAccess access, string session, GuardedNode? guarded, CancellationToken cancellationToken)
    {
        var removed = new List<string>();
        var file = access.NamespaceFile;
        if (guarded?.NamespaceInode is not null && (file = guarded.FindNamespace(access)) is null)
        {
            return new([], []);
        }
        try
        {
            using var home = file is { } path ? NetworkNamespace.Open(path) : NetworkNamespace.OpenCurrent();
            using var netlink = RouteNetlink.Open(home);
            // ovs-vswitchd takes an internal port's device away by itself, a moment after the row
            for (var patience = 20; ; patience--)
            {
                var links = netlink.ListLinks().Where(l => IsOf(l, session)).ToList();
                foreach (var link in links.Where(l => l.Kind is "veth" or "dummy"))
                {
                    if (netlink.DeleteLink(link.IfIndex))
                    {
                        removed.Add($"device {link.Name}");
                    }
                }
                var left = netlink.ListLinks().Where(l => IsOf(l, session)).ToList();
                if (left.Count == 0)
                {
                    return new(removed, []);
                }
                if (patience == 0)
                {
                    return new(removed, [.. left.Select(l => new Leftover(
                        $"device {l.Name}", "the kernel still has it", $"ip link delete {l.Name}"))]);
                }
                await Task.Delay(50, cancellationToken);
            }
        }
        catch (LinuxException exception)
        {
            return new(removed, [new(
                $"the monitor device of session {session}", exception.Problem.What,
                $"ip link delete {MonitorDevices.PortName(session, 0)}")]);
        }
    }

    /// <summary>By the mark; by the name too, for a kill may have come between making the device and marking it.</summary>
    private static bool IsOf(Link link, string session) =>
        OwnershipMark.ReadAlias(link.Alias)?.Session == session
        || (link.Alias is null or "" && link.Name.StartsWith(MonitorDevices.NamePrefix(session), StringComparison.Ordinal));

    private sealed record SessionRows(IReadOnlyList<Row> Mirrors, IReadOnlyList<Row> Ports, IReadOnlyList<Row> Bridges)
    {
        public bool IsEmpty => Mirrors.Count == 0 && Ports.Count == 0;

        public IEnumerable<string> Describe(SessionRows? except)
        {
            foreach (var mirror in Mirrors.Where(m => except is null || except.Mirrors.All(e => e.Uuid != m.Uuid)))
            {
                yield return $"mirror {mirror.GetString("name")}{On(b => b.GetUuids("mirrors").Contains(mirror.Uuid))}";
            }
            foreach (var port in Ports.Where(p => except is null || except.Ports.All(e => e.Uuid != p.Uuid)))
            {
                yield return $"port {port.GetString("name")}{On(b => b.GetUuids("ports").Contains(port.Uuid))}";
            }

            string On(Func<Row, bool> has) => Bridges.FirstOrDefault(has)?.GetString("name") is { } name ? $" on {name}" : "";
        }
    }
}
