namespace Plumbline.Ovsdb;

public sealed partial class OvsdbSession
{
    /// <summary>The database that ovs-vswitchd works from (ovs-vswitchd.conf.db(5)).</summary>
    public const string OpenVSwitch = "Open_vSwitch";

    /// <summary>Behind the caller's operations: no root row, no commit; one more asked for; how many were asked for.</summary>
    private static readonly Operation[] _askForApply =
    [
        new Operation.Wait(OpenVSwitch, [], ["_uuid"], Rows: [], UntilEqual: false),
        new Operation.Mutate(OpenVSwitch, [], [new("next_cfg", "+=", 1)]),
        new Operation.Select(OpenVSwitch, [], ["next_cfg"]),
    ];

    /// <summary>
    /// Transacts on Open_vSwitch and asks ovs-vswitchd to tell when it has applied the change: next_cfg goes up by one in the same
    /// transaction. <see cref="WaitUntilAppliedAsync"/> awaits that.
    /// </summary>
    /// <exception cref="OvsdbException">The transaction failed; nothing was changed.</exception>
    public async Task<OvsdbCommit> CommitAsync(IReadOnlyList<Operation> operations, CancellationToken cancellationToken)
    {
        IReadOnlyList<OperationResult> results;
        try
        {
            results = await TransactAsync(OpenVSwitch, [.. operations, .. _askForApply], cancellationToken);
        }
        catch (OvsdbException empty) when (empty.OperationIndex == operations.Count)
        {
            throw Problems.NoRootRow(_connection.Peer, empty);
        }
        var own = new OperationResult[operations.Count];
        for (var i = 0; i < own.Length; i++)
        {
            own[i] = results[i];
        }
        return results[^1].Rows is [var root] && root.GetInteger("next_cfg") is { } nextCfg
            ? new(own, nextCfg)
            : throw Problems.OddAnswer(_connection.Peer, "transact", new InvalidDataException("no next_cfg"));
    }

    /// <summary>
    /// Waits until ovs-vswitchd says that it has applied <paramref name="commit"/> (cur_cfg has reached its next_cfg): only then are
    /// ofport, error and the datapath up to date. The server itself watches, so the answer comes as soon as ovs-vswitchd has written.
    /// </summary>
    /// <exception cref="OvsdbException">
    /// <see cref="OvsdbFailure.Timeout"/>: not applied within <paramref name="timeout"/>; the change stays in the database.
    /// </exception>
    public async Task WaitUntilAppliedAsync(OvsdbCommit commit, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var behind = new Operation.Wait(
            OpenVSwitch, [new("cur_cfg", "<", commit.NextCfg)], ["cur_cfg"], Rows: [], UntilEqual: true, timeout);
        try
        {
            await TransactAsync(OpenVSwitch, [behind], cancellationToken);
        }
        catch (OvsdbException late) when (late.Error == "timed out")
        {
            throw Problems.NotApplied(_connection.Peer, timeout, late);
        }
    }

    /// <summary><see cref="CommitAsync"/>, then <see cref="WaitUntilAppliedAsync"/> with the options' timeout.</summary>
    /// <returns>One result for each of <paramref name="operations"/>.</returns>
    /// <exception cref="OvsdbException">
    /// <see cref="OvsdbFailure.Timeout"/>: committed (or, if the server hangs, perhaps committed), but not applied in time. Anything
    /// else: see <see cref="CommitAsync"/>.
    /// </exception>
    public async Task<IReadOnlyList<OperationResult>> CommitAndWaitAsync(
        IReadOnlyList<Operation> operations, CancellationToken cancellationToken)
    {
        var commit = await CommitAsync(operations, cancellationToken);
        await WaitUntilAppliedAsync(commit, _options.Timeout, cancellationToken);
        return commit.Results;
    }
}
