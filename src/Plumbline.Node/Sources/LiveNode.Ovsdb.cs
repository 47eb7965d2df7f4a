using System.Globalization;
using Plumbline.Linux;
using Plumbline.Node.Facts;
using Plumbline.Ovsdb;

namespace Plumbline.Node.Sources;

public static partial class LiveNode
{
    /// <summary>Tables in the order of the selects, with the columns of OVS 2.15 (2021) and later.</summary>
    private static readonly (string Table, string[] Columns)[] _selects =
    [
        ("Open_vSwitch", ["_uuid", "ovs_version", "db_version", "external_ids", "other_config"]),
        ("Bridge", ["_uuid", "name", "ports", "mirrors", "controller", "datapath_type", "datapath_id", "fail_mode", "protocols",
            "external_ids", "other_config"]),
        ("Port", ["_uuid", "name", "interfaces", "tag", "trunks", "vlan_mode", "cvlans", "protected", "bond_mode", "bond_active_slave",
            "status", "rstp_status", "external_ids", "other_config"]),
        ("Interface", ["_uuid", "name", "type", "options", "external_ids", "ofport", "error", "mac_in_use", "ifindex", "mtu",
            "mtu_request", "ingress_policing_rate", "ingress_policing_burst", "ingress_policing_kpkts_rate", "admin_state", "link_state"]),
        ("Controller", ["_uuid", "target", "is_connected"]),
        ("Manager", ["_uuid", "target", "is_connected"]),

        // all columns: there are few rows, and which columns there are depends on the version (snaplen, filter)
        ("Mirror", []),
    ];

    /// <summary>The Open_vSwitch database alone, and how reading it went.</summary>
    /// <returns>Null facts where it could not be read; the report says why.</returns>
    public static async Task<(OvsFacts? Facts, SourceReport Report)> ReadOvsAsync(NodeAccess access, CancellationToken cancellationToken)
    {
        var result = await ReadOvsdbAsync(access, cancellationToken);
        return (result.Value, result.Reports[0]);
    }

    /// <summary>
    /// The reading on a thread of its own, which waits for the answer itself: the server takes longer for thousands of ports than the
    /// caller may be held, and its answer is as much work as all links are. Remote servers are waited for without a thread.
    /// </summary>
    private static Task<SourceResult<OvsFacts?>> StartOvsdb(NodeAccess access, CancellationToken cancellationToken)
    {
        if (access.OvsdbEndpoint is not OvsdbEndpoint.Unix)
        {
            return ReadOvsdbAsync(access, cancellationToken);
        }
        var patient = access with { OvsdbOptions = access.OvsdbOptions with { HoldsCaller = TimeSpan.FromSeconds(1) } };
        var reading = Task.Factory.StartNew(
            () => ReadOvsdbAsync(patient, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return reading.Unwrap().WaitAsync(cancellationToken);   // a thread that waits for a server does not hear of a cancel
    }

    /// <summary>
    /// One transaction of selects: a consistent picture in one round trip. get_schema would cost 90 KB more, so columns that an old
    /// server lacks are found out by its refusal; then every column is asked for.
    /// </summary>
    private static async Task<SourceResult<OvsFacts?>> ReadOvsdbAsync(NodeAccess access, CancellationToken cancellationToken)
    {
        var where = access.OvsdbEndpoint.ToString()!;
        try
        {
            await using var session = await OvsdbSession.ConnectAsync(access.OvsdbEndpoint, access.OvsdbOptions, cancellationToken);
            IReadOnlyList<OperationResult> results;
            try
            {
                results = await session.TransactAsync(OvsdbSession.OpenVSwitch, Selects(allColumns: false), cancellationToken);
            }
            catch (OvsdbException exception) when (exception.Error == "unknown column")
            {
                results = await session.TransactAsync(OvsdbSession.OpenVSwitch, Selects(allColumns: true), cancellationToken);
            }
            var tables = new OvsTables
            {
                Root = results[0].Rows,
                Bridges = results[1].Rows,
                Ports = results[2].Rows,
                Interfaces = results[3].Rows,
                Controllers = results[4].Rows,
                Managers = results[5].Rows,
                Mirrors = results[6].Rows,
            };
            return new(tables.ToFacts(known: null), [OvsdbReport(access, where)]);
        }
        catch (OvsdbException exception)
        {
            return new(null, [OvsdbFailureReport(where, exception)]);
        }
    }

    private static Operation[] Selects(bool allColumns)
    {
        var operations = new Operation[_selects.Length];
        for (var i = 0; i < operations.Length; i++)
        {
            var (table, columns) = _selects[i];
            operations[i] = new Operation.Select(table, [], allColumns || columns.Length == 0 ? null : columns);
        }
        return operations;
    }

    /// <summary>The database keeps what a dead ovs-vswitchd last wrote: that is worth a word.</summary>
    private static SourceReport OvsdbReport(NodeAccess access, string where)
    {
        var dead = access.OvsdbEndpoint is OvsdbEndpoint.Unix && IsDead(access.OvsRunDirectory + "/ovs-vswitchd.pid");
        return new()
        {
            Source = "ovsdb",
            Where = where,
            Outcome = dead ? SourceOutcome.Partial : SourceOutcome.Read,
            Detail = dead ? "ovs-vswitchd does not run" : null,
            Consequence = dead ? "port numbers, errors and link states are what it last wrote: start ovs-vswitchd" : null,
        };
    }

    private static bool IsDead(string pidFile)
    {
        try
        {
            return File.Exists(pidFile)
                && int.TryParse(File.ReadAllText(pidFile).AsSpan().Trim(), CultureInfo.InvariantCulture, out var pid)
                && ProcessIdentity.Find(pid) is null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;   // not for us to see: nothing is claimed
        }
    }

    private static SourceReport OvsdbFailureReport(string where, OvsdbException exception)
    {
        var outcome = exception.Failure switch
        {
            OvsdbFailure.Absent or OvsdbFailure.Refused => SourceOutcome.Absent,
            OvsdbFailure.Forbidden => SourceOutcome.Forbidden,
            _ => SourceOutcome.Failed,
        };
        const string Cost = "no VLAN tags, no OVS bridges";
        return new()
        {
            Source = "ovsdb",
            Where = where,
            Outcome = outcome,
            Detail = exception.Problem.What,
            Consequence = outcome == SourceOutcome.Forbidden ? $"{Cost}: run as root"
                : exception.Problem.Fix is { } fix ? $"{Cost}: {fix}"
                : Cost,
        };
    }
}
