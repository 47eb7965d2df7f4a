using Plumbline.Diagnosis.Mirrors.Lasting;
using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Node;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;

namespace Plumbline.Operations.Mirroring.Lasting;

/// <summary>Adds and removes lasting mirrors: writes what is wanted, and waits until the keeper has done it.</summary>
public static class LastingMirrors
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _removePatience = TimeSpan.FromSeconds(15);

    /// <summary>What must hold before a mirror is planned at all: the name is free, and somebody will keep it.</summary>
    /// <exception cref="OperationsException">It does not.</exception>
    public static void Check(NodeAccess access, string name, bool hasOwnKeeper)
    {
        var store = new LastingStore(access);
        if (store.Find(name) is not null)
        {
            throw LastingMirrorProblems.Exists(name);
        }
        if (!hasOwnKeeper && store.KeeperAlive(LastingStore.Service) is null)
        {
            throw LastingMirrorProblems.NoService(name);
        }
    }

    /// <summary>Adds one and proves it. Where it cannot be made, or OVS ignores it, all is as before.</summary>
    /// <param name="access">The node.</param>
    /// <param name="mirror">As planned.</param>
    /// <param name="startKeeper">Starts the keeper of a mirror that has its own.</param>
    /// <param name="cancellationToken">Gives up and takes it back.</param>
    /// <exception cref="OperationsException">There is one of that name, nobody keeps it, or it could not be made.</exception>
    public static async Task<LastingAdded> AddAsync(
        NodeAccess access, LastingMirror mirror, Action startKeeper, CancellationToken cancellationToken)
    {
        Check(access, mirror.Name, mirror.HasOwnKeeper);
        var store = new LastingStore(access);
        await CollectAsync(access, cancellationToken);
        store.WriteTrouble(mirror.Name, null);
        store.Save(mirror);
        try
        {
            if (mirror.HasOwnKeeper)
            {
                startKeeper();
            }
            var match = await WaitUntilMadeAsync(access, store, mirror, cancellationToken);
            var proof = match.Waits is null ? await LastingProof.AskAsync(access, mirror, match, cancellationToken) : [];
            // an analyser far away may come later; a local output has no such excuse
            if (proof.FirstOrDefault(p => p.IsGood == false && (mirror.Output is not MirrorOutput.Tunnel || p.What == "output")) is { } bad)
            {
                throw LastingMirrorProblems.NotMade(mirror.Name, bad.Text, null);
            }
            return new(mirror, match.Waits, proof, DeviceKind(access, mirror));
        }
        catch
        {
            var cleanup = await RemoveAsync(access, store, mirror);
            if (!cleanup.IsClean)
            {
                throw MirrorProblems.LeftBehind(cleanup);
            }
            throw;
        }
    }

    /// <summary>Removes one, also one that only its rows tell of; verified.</summary>
    /// <exception cref="OperationsException">There is none of that name.</exception>
    public static async Task<CleanupResult> RemoveAsync(NodeAccess access, string name, CancellationToken cancellationToken)
    {
        var store = new LastingStore(access);
        if (store.Find(name) is { } mirror)
        {
            return await RemoveAsync(access, store, mirror);
        }
        var (facts, _) = await LiveNode.ReadOvsAsync(access, cancellationToken);
        var marks = facts is null ? [] : LastingMarks.In(facts);
        var result = new CleanupResult([], []);
        foreach (var mark in marks.Where(m => m.Mirror == name))
        {
            result = result.With(await SessionCleaner.RemoveAsync(access, mark.Session, _removePatience, CancellationToken.None));
        }
        return marks.Any(m => m.Mirror == name) ? result : throw LastingMirrorProblems.Unknown(
            name, [.. store.Read().Mirrors.Select(m => m.Name).Union(marks.Select(m => m.Mirror!)).Order(StringComparer.Ordinal)]);
    }

    /// <summary>Removes what of lasting mirrors has lapsed: wanted by nobody, or kept by nobody any more.</summary>
    /// <returns>What was removed.</returns>
    public static async Task<CleanupResult> CollectAsync(NodeAccess access, CancellationToken cancellationToken)
    {
        var result = new CleanupResult([], []);
        var (facts, _) = await LiveNode.ReadOvsAsync(access, cancellationToken);
        foreach (var mark in facts is null ? [] : LastingMarks.In(facts))
        {
            if (mark.IsDead(static p => p.IsAlive, DateTimeOffset.UtcNow))
            {
                result = result.With(await SessionCleaner.RemoveAsync(access, mark.Session, _removePatience, cancellationToken));
            }
        }
        return result;
    }

    /// <summary>The keeper does it; where none lives, or it does not, we do. What is gone in the end was looked at by ourselves.</summary>
    private static async Task<CleanupResult> RemoveAsync(NodeAccess access, LastingStore store, LastingMirror mirror)
    {
        var (before, _) = await LiveNode.ReadOvsAsync(access, CancellationToken.None);
        var device = mirror.Output is MirrorOutput.OwnDevice own && FindLink(access, own.Device) is { Kind: "dummy" or "veth" } ? own.Device : null;
        store.Delete(mirror);
        var removed = new List<string>();
        if (store.KeeperAlive(LastingStore.KeeperOf(mirror)) is not null)
        {
            var deadline = Environment.TickCount64 + (long)_patience.TotalMilliseconds / 2;
            var marked = before is null ? [] : DescribeMarked(before, mirror);
            while (Environment.TickCount64 < deadline)
            {
                var (facts, _) = await LiveNode.ReadOvsAsync(access, CancellationToken.None);
                if (facts is not null && LastingMarks.In(facts).All(m => m.Session != mirror.Session))
                {
                    removed.AddRange(marked);
                    break;
                }
                await Task.Delay(_look);
            }
        }
        var rest = await SessionCleaner.RemoveAsync(access, mirror.Session, _removePatience, CancellationToken.None);
        if (device is not null && !rest.Removed.Contains($"device {device}") && FindLink(access, device) is null)
        {
            removed.Add($"device {device}");
        }
        return new CleanupResult(removed, []).With(rest);
    }

    private static List<string> DescribeMarked(OvsFacts facts, LastingMirror mirror) =>
    [
        .. facts.Bridges.SelectMany(b => b.Mirrors.Where(m => OwnershipMark.Read(m.ExternalIds)?.Session == mirror.Session)
                .Select(m => $"mirror {m.Name} on {b.Name}")
            .Concat(b.Ports.Where(p => OwnershipMark.Read(p.ExternalIds)?.Session == mirror.Session).Select(p => $"port {p.Name} on {b.Name}"))),
    ];

    private static async Task<LastingMatch> WaitUntilMadeAsync(
        NodeAccess access, LastingStore store, LastingMirror mirror, CancellationToken cancellationToken)
    {
        var deadline = Environment.TickCount64 + (long)_patience.TotalMilliseconds;
        while (true)
        {
            var (facts, report) = await LiveNode.ReadOvsAsync(access, cancellationToken);
            var match = facts is null ? null : LastingMatch.Of(mirror, facts);
            var trouble = store.ReadTrouble(mirror.Name);
            if (match is { Bridge: null } || match is { Row: not null, Output: not null } && trouble is null && IsOpen(access, mirror, match))
            {
                return match;
            }
            if (trouble is { } known)
            {
                throw LastingMirrorProblems.NotMade(mirror.Name, known, store.ReadTroubleFix(mirror.Name));
            }
            if (Environment.TickCount64 >= deadline)
            {
                throw LastingMirrorProblems.NotMade(mirror.Name, facts is null ? report.Detail : null, null);
            }
            await Task.Delay(_look, cancellationToken);
        }
    }

    /// <summary>OVS has opened the output, and a device of ours is up: the keeper's last step.</summary>
    private static bool IsOpen(NodeAccess access, LastingMirror mirror, LastingMatch match)
    {
        if (!match.Output!.Interfaces.Any(i => i.OfPort > 0))
        {
            return false;
        }
        return mirror.Output is not MirrorOutput.OwnDevice own || FindLink(access, own.Device)?.Flags.HasFlag(LinkFlags.Up) == true;
    }

    private static string? DeviceKind(NodeAccess access, LastingMirror mirror) => mirror.Output is not MirrorOutput.OwnDevice own ? null
        : FindLink(access, own.Device)?.Kind switch { "dummy" => "dummy", "veth" => "veth", _ => "internal" };

    private static Link? FindLink(NodeAccess access, string device)
    {
        using var home = access.NamespaceFile is { } path ? NetworkNamespace.Open(path) : NetworkNamespace.OpenCurrent();
        using var netlink = RouteNetlink.Open(home);
        return netlink.FindLink(device);
    }
}
