using Plumbline.Linux;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources;

/// <summary>
/// A node's rules, begun to be read while it is still found out which of them a question needs: the chains that all
/// packets meet are the longest ones, and the kernel takes its time to tell them.
/// </summary>
public sealed class RulesAhead : IAsyncDisposable
{
    private readonly CancellationTokenSource _end;
    private readonly NetworkNamespace? _place;
    private readonly Task<ChainReader?> _opening;
    private readonly Task _common;

    /// <param name="namespaceFile">Whose.</param>
    /// <param name="place">The same, open; it is closed with this.</param>
    /// <param name="isIPv6">ip6tables' rules, not iptables'.</param>
    /// <param name="sets">Reads the sets.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal RulesAhead(
        string? namespaceFile, NetworkNamespace? place, bool isIPv6,
        Func<CancellationToken, Task<(IReadOnlyList<FirewallText> Texts, SourceReport Report)>> sets, CancellationToken cancellationToken)
    {
        (NamespaceFile, IsIPv6, _place) = (namespaceFile, isIPv6, place);
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Sets = sets(_end.Token);
        _opening = Task.Run(() => ChainReader.Open(place, isIPv6, _end.Token), cancellationToken);
        _common = ReadCommonAsync();
    }

    /// <summary>ip6tables' rules, not iptables'.</summary>
    public bool IsIPv6 { get; }

    /// <summary>All sets.</summary>
    internal Task<(IReadOnlyList<FirewallText> Texts, SourceReport Report)> Sets { get; }

    /// <summary>Whose: as in <see cref="NodeAccess.NamespaceFile"/>.</summary>
    internal string? NamespaceFile { get; }

    /// <summary>What packets by these devices can meet, in the form of iptables-save; null where only all rules are to be had.</summary>
    internal async Task<string?> ReadAsync(IReadOnlySet<string> devices)
    {
        if (await _opening is not { } reader)
        {
            return null;
        }
        try
        {
            reader.Guess(devices);
            return await reader.ReadAsync(devices);
        }
        catch (LinuxException)
        {
            return null;    // reading all of it says why
        }
    }

    /// <summary>Ends what still reads.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        try
        {
            await _common;
            _ = await Sets;
        }
        catch (Exception exception) when (exception is OperationCanceledException or LinuxException)
        {
            _ = exception;  // nobody waits for it any more; who did was told
        }
        if (_opening.IsCompletedSuccessfully && await _opening is { } reader)
        {
            await reader.DisposeAsync();
        }
        _place?.Dispose();
        _end.Dispose();
    }

    private async Task ReadCommonAsync()
    {
        if (await _opening is { } reader)
        {
            await reader.ReadCommonAsync();
        }
    }
}
