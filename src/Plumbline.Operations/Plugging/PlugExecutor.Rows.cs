using Plumbline.Ovsdb;

namespace Plumbline.Operations.Plugging;

internal sealed partial class PlugExecutor
{
    private async Task AddPortRowAsync(PlugStep.AddPortRow step, CancellationToken cancellationToken)
    {
        var port = new Dictionary<string, OvsdbValue>
        {
            ["name"] = step.Name,
            ["interfaces"] = new OvsdbValue.NamedUuid("i"),
        };
        if (step.Tag is { } tag)
        {
            port["tag"] = tag;
        }
        if (step.OtherConfig.Count > 0)
        {
            port["other_config"] = OvsdbValue.StringMap(step.OtherConfig);
        }
        List<Operation> operations = [.. TagGuard(step.TagMustBeFree, step.Tag)];
        operations.Add(new Operation.Insert("Interface", new Dictionary<string, OvsdbValue>
        {
            ["name"] = step.Name,
            ["type"] = "",
            ["external_ids"] = OvsdbValue.StringMap(step.ExternalIds),
        }, "i"));
        operations.Add(new Operation.Insert("Port", port, "p"));
        operations.Add(new Operation.Mutate("Bridge", Condition.Equal("name", step.Bridge),
            [new("ports", "insert", new OvsdbValue.NamedUuid("p"))]));
        _mayHaveAdded = true;
        OvsdbCommit commit;
        try
        {
            commit = await session.CommitAsync(operations, cancellationToken);
        }
        catch (OvsdbException refused) when (refused.Error is not null)
        {
            _mayHaveAdded = false; // the server's own word: nothing was changed
            throw;
        }
        _mayHaveAdded = false;
        if (commit.Results[^1].Count != 1)
        {
            throw Problems.BridgeGone(step.Bridge); // nothing refers to the rows, so they are gone as well
        }
        _added = commit.Results[^2].Uuid;
        await WaitUntilAppliedAsync(commit, cancellationToken);
    }

    private async Task ChangePortRowAsync(PlugStep.ChangePortRow step, CancellationToken cancellationToken)
    {
        var operations = new List<Operation>(TagGuard(step.TagMustBeFree, step.Change.Tag));
        var columns = new Dictionary<string, OvsdbValue>();
        if (step.Change.WritesTag)
        {
            columns["tag"] = step.Change.Tag is { } tag ? tag : OvsdbValue.Empty;
        }
        if (step.Change.ClearsTrunk)
        {
            columns["vlan_mode"] = OvsdbValue.Empty;
            columns["trunks"] = OvsdbValue.Empty;
        }
        if (columns.Count > 0)
        {
            operations.Add(new Operation.Update("Port", Condition.Uuid(step.Port.Uuid), columns));
        }
        AddMapChange(operations, "Port", step.Port.Uuid, "other_config", step.Change.OtherConfig);
        AddMapChange(operations, "Interface", step.Port.InterfaceUuid, "external_ids", step.Change.ExternalIds);
        await CommitAndWaitAsync(operations, cancellationToken);
    }

    private async Task RemovePortRowAsync(PlugStep.RemovePortRow step, CancellationToken cancellationToken)
    {
        if ((step.Uuid ?? _added ?? await FindUncertainAsync(step.Name, cancellationToken)) is not { } port)
        {
            return; // the step that would have added it never got so far
        }
        await CommitAndWaitAsync(
        [
            new Operation.Mutate("Bridge", Condition.Equal("name", step.Bridge), [new("ports", "delete", port)]),
        ], cancellationToken);
    }

    /// <summary>The row of that name, where the server did not say whether it took ours; there was none when the plan was made.</summary>
    private async Task<Guid?> FindUncertainAsync(string name, CancellationToken cancellationToken)
    {
        if (!_mayHaveAdded)
        {
            return null;
        }
        var results = await session.TransactAsync(OvsdbSession.OpenVSwitch,
            [new Operation.Select("Port", Condition.Equal("name", name), ["_uuid"])], cancellationToken);
        return results[0].Rows is [var row] ? row.Uuid : null;
    }

    private Task SetTypeAsync(Guid networkInterface, string type, CancellationToken cancellationToken) => CommitAndWaitAsync(
    [
        new Operation.Update("Interface", Condition.Uuid(networkInterface), new Dictionary<string, OvsdbValue> { ["type"] = type }),
    ], cancellationToken);

    private async Task CommitAndWaitAsync(IReadOnlyList<Operation> operations, CancellationToken cancellationToken)
    {
        var commit = await session.CommitAsync(operations, cancellationToken);
        await WaitUntilAppliedAsync(commit, cancellationToken);
    }

    private async Task WaitUntilAppliedAsync(OvsdbCommit commit, CancellationToken cancellationToken)
    {
        if (!_isAnswered)
        {
            return;
        }
        try
        {
            await session.WaitUntilAppliedAsync(commit, appliedTimeout, cancellationToken);
        }
        catch (OvsdbException late) when (late.Failure == OvsdbFailure.Timeout)
        {
            _isAnswered = false;
            throw;
        }
    }

    /// <summary>Fails the transaction where somebody took the VLAN since the plan was made.</summary>
    private static IEnumerable<Operation> TagGuard(bool mustBeFree, int? tag) =>
        mustBeFree && tag is { } number
            ? [new Operation.Wait("Port", Condition.Equal("tag", number), ["name"], Rows: [])]
            : [];

    /// <summary>"insert" into a map keeps an existing key's value (RFC 7047 §5.1), so the key is deleted first.</summary>
    private static void AddMapChange(
        List<Operation> operations, string table, Guid row, string column, IReadOnlyDictionary<string, string?> change)
    {
        if (change.Count == 0)
        {
            return;
        }
        var mutations = new List<Mutation>
        {
            new(column, "delete", new OvsdbValue.Set([.. change.Keys.Select(k => new OvsdbValue.Text(k))])),
        };
        var written = change.Where(p => p.Value is not null).Select(p => KeyValuePair.Create(p.Key, p.Value!)).ToList();
        if (written.Count > 0)
        {
            mutations.Add(new(column, "insert", OvsdbValue.StringMap(written)));
        }
        operations.Add(new Operation.Mutate(table, Condition.Uuid(row), mutations));
    }
}
