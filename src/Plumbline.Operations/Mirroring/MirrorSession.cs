using Plumbline.Diagnosis.Capturing;
using Plumbline.Linux;
using Plumbline.Linux.Capture;
using Plumbline.Linux.Netlink;
using Plumbline.Node;
using Plumbline.Ovsdb;

namespace Plumbline.Operations.Mirroring;

/// <summary>
/// The mirrors of one run. A mirror is three rows (Mirror, its output Port and Interface) and a device, all bearing our mark:
/// <list type="number">
/// <item>the device is made first, silent and down, in ovs-vswitchd's namespace;</item>
/// <item>one transaction checks that bridge and source ports are still the planned ones, inserts the rows and hangs them on the
/// bridge by <c>mutate</c>: the port is reserved for the mirror from its first moment, so nothing floods out of it or comes in by
/// it (spec mirroring-traps 5.1, 5.4);</item>
/// <item>when ovs-vswitchd has followed, traces prove that our port is a mirror's output, taking no part in flooding, and that copies
/// from each source port go there; the bridge's MTU and MAC must be what they were;</item>
/// <item>only then the device goes up;</item>
/// <item>removal is by mark (<see cref="SessionCleaner"/>), in one transaction again, the device last, and is verified.</item>
/// </list>
/// Any failure on the way takes back all of it.
/// </summary>
public sealed partial class MirrorSession : IAsyncDisposable
{
    /// <summary>How long ovs-vswitchd may take to follow the database.</summary>
    private static readonly TimeSpan _applyTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How long a removal tries to reach ovsdb-server.</summary>
    private static readonly TimeSpan _removePatience = TimeSpan.FromSeconds(15);

    private readonly NodeAccess _access;
    private readonly NetworkNamespace _home;
    private bool _removed;

    private MirrorSession(NodeAccess access, OwnershipMark mark, IReadOnlyList<ActiveMirror> mirrors, NetworkNamespace home)
    {
        _access = access;
        _home = home;
        Mark = mark;
        Mirrors = mirrors;
    }

    /// <summary>Whose it all is.</summary>
    public OwnershipMark Mark { get; }

    /// <summary>The mirrors, in the order of the plan.</summary>
    public IReadOnlyList<ActiveMirror> Mirrors { get; }

    /// <summary>A name for a new session: 12 hex digits.</summary>
    public static string NewName() => Guid.NewGuid().ToString("N")[..12];

    /// <summary>Makes and proves the mirrors of a plan.</summary>
    /// <param name="access">The node.</param>
    /// <param name="mark">Whose they are; its session must be new.</param>
    /// <param name="points">The mirrors.</param>
    /// <param name="reading">How <see cref="ActiveMirror.Capture"/> reads the copies; null: nobody does.</param>
    /// <param name="firstKind">Kinds of monitor device before this one are not tried; usually <see cref="MonitorKind.Dummy"/>.</param>
    /// <param name="cancellationToken">Takes back what was made.</param>
    /// <exception cref="OperationsException">
    /// It could not be done, and all is as before; or (status LeftBehind) not all of it could be taken back.
    /// </exception>
    /// <exception cref="OvsdbException">ovsdb-server refused or is not there.</exception>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static async Task<MirrorSession> StartAsync(
        NodeAccess access,
        OwnershipMark mark,
        IReadOnlyList<CapturePoint.OfMirror> points,
        MirrorReading? reading,
        MonitorKind firstKind,
        CancellationToken cancellationToken)
    {
        // made before anything is touched: with nobody to talk to there is nothing to take back
        await using var ovsdb = await OvsdbSession.ConnectAsync(access.OvsdbEndpoint, access.OvsdbOptions, cancellationToken);
        await using var control = await UnixControl.ConnectAsync(
            access.OvsRunDirectory, "ovs-vswitchd", _applyTimeout, cancellationToken);
        var home = access.NamespaceFile is { } path ? NetworkNamespace.Open(path) : NetworkNamespace.OpenCurrent();
        using var netlink = RouteNetlink.Open(home);
        var monitors = new List<MonitorDevice>();
        var opening = new List<Task<PacketCapture>>();
        try
        {
            for (var number = 0; number < points.Count; number++)
            {
                monitors.Add(MonitorDevices.Create(
                    netlink, home, mark, number, points[number].MonitorMtu, firstKind));
                if (reading is not null && monitors[number] is { Kind: not MonitorKind.Internal } monitor)
                {
                    opening.Add(Task.Run(() => monitor.Open(reading), CancellationToken.None)); // the ring's memory takes its time
                }
            }
            var mirrors = await CommitAsync(ovsdb, mark, points, monitors, cancellationToken);
            await ProveAsync(control, mirrors, cancellationToken);
            await CheckBridgesAsync(ovsdb, points, cancellationToken);
            foreach (var monitor in monitors)
            {
                MonitorDevices.BringUp(netlink, home, monitor, mark);
            }
            if (reading is not null)
            {
                await AttachAsync(mirrors, opening, reading);
            }
            return new(access, mark, mirrors, home);
        }
        catch (Exception cause)
        {
            foreach (var open in opening)
            {
                await CloseAsync(open);
            }
            monitors.ForEach(m => m.Dispose());
            home.Dispose();
            var cleanup = await SessionCleaner.RemoveAsync(access, mark.Session, _removePatience, CancellationToken.None);
            if (!cleanup.IsClean)
            {
                throw MirrorProblems.LeftBehind(cleanup, cause);
            }
            throw;
        }
    }

    /// <summary>Gives each mirror its reader; that of an internal port can only be opened now.</summary>
    private static async Task AttachAsync(
        IReadOnlyList<ActiveMirror> mirrors, List<Task<PacketCapture>> opening, MirrorReading reading)
    {
        var next = 0;
        foreach (var mirror in mirrors)
        {
            if (mirror.MonitorKind == MonitorKind.Internal)
            {
                opening.Insert(next, Task.FromResult(mirror.Monitor.Open(reading)));
            }
            mirror.Capture = await opening[next++];
        }
    }

    private static async Task CloseAsync(Task<PacketCapture> opening)
    {
        try
        {
            (await opening).Dispose();
        }
        catch (LinuxException)
        {
            return; // it never opened; what was the cause is on its way to the caller
        }
    }

    /// <summary>Removes all of it and verifies that it is gone. A second call does nothing.</summary>
    /// <exception cref="OperationsException">Something was left behind; the problem names it and the command that removes it.</exception>
    public async Task<CleanupResult> RemoveAsync()
    {
        if (_removed)
        {
            return new([], []);
        }
        // no token: who interrupts a capture wants this above all
        var cleanup = await SessionCleaner.RemoveAsync(_access, Mark.Session, _removePatience, CancellationToken.None);
        foreach (var mirror in Mirrors)
        {
            mirror.Monitor.Dispose();
        }
        _home.Dispose();
        if (!cleanup.IsClean)
        {
            throw MirrorProblems.LeftBehind(cleanup);
        }
        _removed = true;
        return cleanup;
    }

    /// <summary><see cref="RemoveAsync"/>, where it was not called.</summary>
    public async ValueTask DisposeAsync() => await RemoveAsync();
}
