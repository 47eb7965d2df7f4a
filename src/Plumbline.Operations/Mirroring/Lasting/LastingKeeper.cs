using Plumbline.Diagnosis.Mirrors.Lasting;
using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Node;
using Plumbline.Node.Facts;
using Plumbline.Ovsdb;

namespace Plumbline.Operations.Mirroring.Lasting;

/// <summary>Brings one node to what lasting mirrors want, one mirror and one round at a time. A round that finds all in order writes nothing.</summary>
internal sealed class LastingKeeper(NodeAccess access, TimeSpan leaseTime)
{
    private static readonly TimeSpan _applyTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _removePatience = TimeSpan.FromSeconds(15);

    /// <summary>One round for one mirror.</summary>
    /// <returns>What it waits for, in words; null where it works.</returns>
    /// <exception cref="OperationsException">It cannot be made; the next round tries again.</exception>
    /// <exception cref="OvsdbException">ovsdb-server refused or is not there.</exception>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public async Task<string?> KeepAsync(LastingMirror mirror, OvsFacts facts, CancellationToken cancellationToken)
    {
        var now = DateTimeOffset.UtcNow;
        var match = LastingMatch.Of(mirror, facts);
        if (match.Bridge is null)
        {
            return match.Waits;
        }
        RefuseForeign(mirror, match);
        if (CountRows(mirror, facts) > (match.Row is null ? 0 : 1))
        {
            // on a bridge of old, or twice: all of it goes, and is made anew in the next round
            await RemoveAsync(mirror, cancellationToken);
            return "about to be made anew";
        }
        using var home = access.NamespaceFile is { } path ? NetworkNamespace.Open(path) : NetworkNamespace.OpenCurrent();
        using var netlink = RouteNetlink.Open(home);
        var mark = mirror.MarkAt(now, leaseTime);
        var type = EnsureOutput(netlink, home, mirror, match, mark);
        var operations = LastingRows.Plan(mirror, match, type, MonitorDevices.RandomAddress(), now, leaseTime);
        if (operations.Count > 0)
        {
            await CommitAsync(mirror, match, operations, cancellationToken);
        }
        if (mirror.Output is MirrorOutput.OwnDevice own && !LastingDevice.BringUp(netlink, home, mirror, own.Device, type, mark))
        {
            throw LastingMirrorProblems.NotOpened(own.Device, null);
        }
        return match.Waits;
    }

    /// <summary>Removes all that bears the mirror's mark, and verifies it.</summary>
    public Task<CleanupResult> RemoveAsync(LastingMirror mirror, CancellationToken cancellationToken) =>
        SessionCleaner.RemoveAsync(access, mirror.Session, _removePatience, cancellationToken);

    private static void RefuseForeign(LastingMirror mirror, LastingMatch match)
    {
        if (mirror.Output is MirrorOutput.Existing)
        {
            return;
        }
        if (match.Output is { } port && OwnershipMark.Read(port.ExternalIds)?.Session != mirror.Session)
        {
            throw LastingMirrorProblems.PortTaken(port.Name, $"bridge {mirror.Bridge}");
        }
        if (match.OutputElsewhere is { } other)
        {
            throw LastingMirrorProblems.PortTaken(mirror.Output.PortName, $"bridge {other}");
        }
    }

    private static int CountRows(LastingMirror mirror, OvsFacts facts) => facts.Bridges.SelectMany(b => b.Mirrors)
        .Count(m => OwnershipMark.Read(m.ExternalIds)?.Session == mirror.Session);

    private static string EnsureOutput(
        RouteNetlink netlink, NetworkNamespace home, LastingMirror mirror, LastingMatch match, OwnershipMark mark)
    {
        switch (mirror.Output)
        {
            case MirrorOutput.OwnDevice own:
                return LastingDevice.Ensure(netlink, home, mirror, own, mark, match.Output);
            case MirrorOutput.Existing existing when match.Output is null && netlink.FindLink(existing.Port) is null:
                throw LastingMirrorProblems.NoDevice(existing.Port);
            default:
                return "";
        }
    }

    private async Task CommitAsync(
        LastingMirror mirror, LastingMatch match, IReadOnlyList<Operation> operations, CancellationToken cancellationToken)
    {
        await using var ovsdb = await OvsdbSession.ConnectAsync(access.OvsdbEndpoint, access.OvsdbOptions, cancellationToken);
        if (match is { Row: not null, Output: not null } && operations is [Operation.Mutate { Table: "Mirror" }, ..])
        {
            await ovsdb.TransactAsync(OvsdbSession.OpenVSwitch, operations, cancellationToken); // a lease: ovs-vswitchd need not know
            return;
        }
        // not to be cancelled half-way: then nobody would know whether the rows are there
        var commit = await ovsdb.CommitAsync(operations, CancellationToken.None);
        if (operations.OfType<Operation.Mutate>().Any(o => o.Table == "Bridge")
            && commit.Results[IndexOfBridge(operations)].Count != 1)
        {
            throw MirrorProblems.BridgeGone(mirror.Bridge); // and the rows, hanging nowhere, were thrown away at once
        }
        await ovsdb.WaitUntilAppliedAsync(commit, _applyTimeout, cancellationToken);
        var opened = await ovsdb.TransactAsync(OvsdbSession.OpenVSwitch,
            [new Operation.Select("Interface", Condition.Equal("name", mirror.Output.PortName), ["ofport", "error"])], cancellationToken);
        if (opened[0].Rows is [var row] && (row.GetInteger("ofport") is not > 0 || row.GetString("error") is not null))
        {
            throw LastingMirrorProblems.NotOpened(mirror.Output.PortName, row.GetString("error"));
        }
    }

    private static int IndexOfBridge(IReadOnlyList<Operation> operations)
    {
        for (var i = 0; i < operations.Count; i++)
        {
            if (operations[i] is Operation.Mutate { Table: "Bridge" })
            {
                return i;
            }
        }
        throw new System.Diagnostics.UnreachableException();
    }
}
