using Plumbline.Diagnosis.Capturing;
using Plumbline.Node;
using Plumbline.Ovsdb;

namespace Plumbline.Operations.Mirroring;

public sealed partial class MirrorSession
{
    private static async Task<IReadOnlyList<ActiveMirror>> CommitAsync(
        OvsdbSession ovsdb,
        OwnershipMark mark,
        IReadOnlyList<CapturePoint.OfMirror> points,
        List<MonitorDevice> monitors,
        CancellationToken cancellationToken)
    {
        var operations = new List<Operation>();
        var mirrorAt = new int[points.Count];
        var bridgeAt = new int[points.Count];
        for (var i = 0; i < points.Count; i++)
        {
            AddChecks(operations, points[i]);
            AddPort(operations, mark, monitors[i], i);
            mirrorAt[i] = operations.Count;
            operations.Add(InsertMirror(mark, points[i], i));
            bridgeAt[i] = operations.Count;
            // only our own rows are added: other people's mirrors stay what they are
            operations.Add(new Operation.Mutate("Bridge", Condition.Uuid(points[i].BridgeUuid),
            [
                new("ports", "insert", new OvsdbValue.NamedUuid($"port{i}")),
                new("mirrors", "insert", new OvsdbValue.NamedUuid($"mirror{i}")),
            ]));
        }
        operations.Add(new Operation.Comment($"plumb: {mark.Reason ?? "capture"}, session {mark.Session}"));
        OvsdbCommit commit;
        try
        {
            // not to be cancelled half-way: then nobody would know whether the rows are there
            commit = await ovsdb.CommitAsync(operations, CancellationToken.None);
        }
        catch (OvsdbException exception) when (exception.Error == "timed out")
        {
            throw MirrorProblems.PortGone(string.Join(", ", points.Select(p => p.Bridge).Distinct()), exception);
        }
        for (var i = 0; i < points.Count; i++)
        {
            if (commit.Results[bridgeAt[i]].Count != 1)
            {
                throw MirrorProblems.BridgeGone(points[i].Bridge); // and the rows, hanging nowhere, were thrown away at once
            }
        }
        await ovsdb.WaitUntilAppliedAsync(commit, _applyTimeout, cancellationToken);
        await CheckOpenedAsync(ovsdb, monitors, cancellationToken);
        return
        [
            .. points.Select((point, i) => new ActiveMirror(monitors[i])
            {
                Point = point,
                Uuid = commit.Results[mirrorAt[i]].Uuid ?? throw MirrorProblems.NoUuid(point.Bridge),
                Name = MirrorName(mark, i),
            }),
        ];
    }

    private static string MirrorName(OwnershipMark mark, int number) => $"plumb-{mark.Session}-{number}";

    /// <summary>The plan was made from a snapshot: the transaction fails unless bridge and ports are still those rows.</summary>
    private static void AddChecks(List<Operation> operations, CapturePoint.OfMirror point)
    {
        operations.Add(Is("Bridge", point.Bridge, point.BridgeUuid));
        foreach (var port in point.Ports)
        {
            operations.Add(Is("Port", port.Name, port.Uuid));
        }

        static Operation.Wait Is(string table, string name, Guid uuid) => new(
            table, Condition.Equal("name", name), ["_uuid"], [new Dictionary<string, OvsdbValue> { ["_uuid"] = uuid }]);
    }

    private static void AddPort(List<Operation> operations, OwnershipMark mark, MonitorDevice monitor, int number)
    {
        var row = new Dictionary<string, OvsdbValue>
        {
            ["name"] = monitor.Port,
            ["external_ids"] = OvsdbValue.StringMap(mark.ToExternalIds()),
        };
        if (monitor.Kind == MonitorKind.Internal)
        {
            row["type"] = "internal";
            row["mac"] = MonitorDevices.RandomAddress().ToString();
            row["mtu_request"] = monitor.Mtu;
        }
        operations.Add(new Operation.Insert("Interface", row, $"interface{number}"));
        operations.Add(new Operation.Insert("Port", new Dictionary<string, OvsdbValue>
        {
            ["name"] = monitor.Port,
            ["interfaces"] = new OvsdbValue.NamedUuid($"interface{number}"),
            ["external_ids"] = OvsdbValue.StringMap(mark.ToExternalIds()),
        }, $"port{number}"));
    }

    private static Operation.Insert InsertMirror(OwnershipMark mark, CapturePoint.OfMirror point, int number)
    {
        var ports = new OvsdbValue.Set([.. point.Ports.Select(p => new OvsdbValue.Uuid(p.Uuid))]);
        var row = new Dictionary<string, OvsdbValue>
        {
            ["name"] = MirrorName(mark, number),
            ["select_src_port"] = ports,
            ["select_dst_port"] = ports,
            ["output_port"] = new OvsdbValue.NamedUuid($"port{number}"),
            ["external_ids"] = OvsdbValue.StringMap(mark.ToExternalIds()),
        };
        if (point.SnapLength is { } snapLength)
        {
            row["snaplen"] = snapLength;
        }
        return new("Mirror", row, $"mirror{number}");
    }

    private static async Task CheckOpenedAsync(
        OvsdbSession ovsdb, List<MonitorDevice> monitors, CancellationToken cancellationToken)
    {
        var results = await ovsdb.TransactAsync(
            OvsdbSession.OpenVSwitch,
            [.. monitors.Select(m => new Operation.Select("Interface", Condition.Equal("name", m.Port), ["ofport", "error"]))],
            cancellationToken);
        for (var i = 0; i < monitors.Count; i++)
        {
            var row = results[i].Rows is [var only] ? only : null;
            if (row is null || row.GetInteger("ofport") is not > 0 || row.GetString("error") is not null)
            {
                throw MirrorProblems.NotConfigured(monitors[i].Port, row?.GetString("error"));
            }
        }
    }

    /// <summary>The monitor port must not have changed the bridge for others (spec mirroring-traps 5.5, 5.7).</summary>
    private static async Task CheckBridgesAsync(
        OvsdbSession ovsdb, IReadOnlyList<CapturePoint.OfMirror> points, CancellationToken cancellationToken)
    {
        var results = await ovsdb.TransactAsync(
            OvsdbSession.OpenVSwitch,
            [.. points.Select(p => new Operation.Select("Interface", Condition.Equal("name", p.Bridge), ["mtu", "mac_in_use"]))],
            cancellationToken);
        for (var i = 0; i < points.Count; i++)
        {
            if (results[i].Rows is not [var row])
            {
                continue;
            }
            if (points[i].BridgeMtu is { } mtu && row.GetInteger("mtu") is { } now && now != mtu)
            {
                throw MirrorProblems.BridgeChanged(points[i].Bridge, "MTU", $"{mtu}", $"{now}");
            }
            if (points[i].BridgeAddress is { } address && row.GetString("mac_in_use") is { } other && other != address)
            {
                throw MirrorProblems.BridgeChanged(points[i].Bridge, "MAC", address, other);
            }
        }
    }
}
