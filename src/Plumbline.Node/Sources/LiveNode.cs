using System.Globalization;
using Plumbline.Linux;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources;

/// <summary>
/// Reads a live node into a snapshot. Never throws for a source that is absent or forbidden: that is a fact, and stands in
/// <see cref="NodeSnapshot.Sources"/>. Changes nothing on the node, not even a namespace's number.
/// </summary>
public static partial class LiveNode
{
    /// <summary>Reads what <paramref name="scope"/> asks for; sources are asked side by side.</summary>
    public static Task<NodeSnapshot> ReadAsync(
        NodeAccess access, SnapshotScope scope, CancellationToken cancellationToken) =>
        ReadAsync(access, scope, Timeout.InfiniteTimeSpan, cancellationToken);

    /// <summary>
    /// As the other, but firewall tools that take longer than <paramref name="patience"/> are ended and told as not read: on a node with
    /// very many rules they take seconds, and who wants packets now can do without the names that they give.
    /// </summary>
    public static async Task<NodeSnapshot> ReadAsync(
        NodeAccess access, SnapshotScope scope, TimeSpan patience, CancellationToken cancellationToken)
    {
        var takenAt = DateTimeOffset.UtcNow;
        using var hurry = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        hurry.CancelAfter(patience);

        // asked first: the server prepares its answer while we read links, and that is read while the kernel goes on telling them
        var asked = StartOvsdb(access, cancellationToken);
        var domains = Task.Run(() => ReadDomains(access), cancellationToken);
        var spaces = FindNamespaces(access);
        var firewall = (scope & (SnapshotScope.Firewall | SnapshotScope.OwnFirewall | SnapshotScope.GuestAddresses)) is not (0 or SnapshotScope.Forwarding)
            ? Task.Run(() => ReadFirewallAsync(spaces, scope, hurry.Token), cancellationToken)
            : Task.FromResult(new SourceResult<IReadOnlyList<FirewallText>>([], []));
        var started = scope.HasFlag(SnapshotScope.SwitchFlows)
            ? StartBridges(access, scope.HasFlag(SnapshotScope.Switching), cancellationToken) : null;
        var network = ReadNetwork(spaces, scope, cancellationToken);
        var frames = (scope & (SnapshotScope.Firewall | SnapshotScope.Services)) == 0 ? network.Value
            : await ReadFrameRulesAsync(spaces, network.Value, scope, isNarrow: false, cancellationToken);
        var ovs = await asked;
        var switching = scope.HasFlag(SnapshotScope.SwitchFlows)
            ? ReadSwitchingAsync(access, ovs.Value, started, scope.HasFlag(SnapshotScope.Switching), cancellationToken)
            : Task.FromResult(new SourceResult<SwitchingFacts?>(null, []));
        var libvirt = await domains;
        var rules = await FinishAsync(firewall, patience, cancellationToken);
        var forwarding = await switching;
        var services = scope.HasFlag(SnapshotScope.Services) ? ReadServices(access, spaces) : null;
        return new()
        {
            Host = access.Name ?? Environment.MachineName,
            TakenAt = takenAt,
            Kernel = ReadKernelRelease(),
            TakenBy = typeof(LiveNode).Assembly.GetName().Version?.ToString(3),
            Sources = [.. network.Reports, .. ovs.Reports, .. libvirt.Reports, .. rules.Reports, .. forwarding.Reports],
            Namespaces = frames,
            Ovs = ovs.Value,
            Domains = libvirt.Value,
            Firewall = rules.Value,
            Switching = forwarding.Value,
            Processes = services?.Processes,
            Files = services?.Files,
            OperatingSystem = services?.OperatingSystem,
        };
    }

    private static async Task<SourceResult<IReadOnlyList<FirewallText>>> FinishAsync(
        Task<SourceResult<IReadOnlyList<FirewallText>>> firewall, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            return await firewall;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new([], [new()
            {
                Source = "iptables",
                Where = "iptables-save, ip6tables-save",
                Outcome = SourceOutcome.Failed,
                Detail = string.Create(
                    CultureInfo.InvariantCulture, $"took longer than {patience.TotalMilliseconds:0} ms, and was not waited for"),
                Consequence = "guests' addresses are not known by name",
            }]);
        }
    }

    private static string? ReadKernelRelease()
    {
        try
        {
            return Sysctl.Read(null, "kernel.osrelease");
        }
        catch (LinuxException)
        {
            return null;    // a /proc without it: not told
        }
    }

    /// <summary>What a source gave, and its account of that. A class: for structs the runtime would compile its tasks anew at start-up.</summary>
    private sealed record SourceResult<T>(T Value, IReadOnlyList<SourceReport> Reports);
}
