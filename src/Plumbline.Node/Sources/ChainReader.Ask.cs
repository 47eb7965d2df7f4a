using Plumbline.Iptables;
using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Linux.Processes;

namespace Plumbline.Node.Sources;

/// <summary>One chain: asked of the kernel first, else of iptables.</summary>
internal sealed partial class ChainReader
{
    private async Task<ChainRules?[]> AskAsync(List<(string Table, string Chain)> chains)
    {
        var asked = new Task<ChainRules?>[chains.Count];
        for (var i = 0; i < asked.Length; i++)
        {
            asked[i] = Ask(chains[i].Table, chains[i].Chain);
        }
        return await Task.WhenAll(asked);
    }

    /// <summary>A chain's rules; each is read once.</summary>
    private Task<ChainRules?> Ask(string table, string chain)
    {
        var answer = new TaskCompletionSource<ChainRules?>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_asked)
        {
            if (!_asked.TryAdd((table, chain), answer.Task))
            {
                return _asked[(table, chain)];
            }
        }
        if (AskKernel(table, chain) is { } rules)
        {
            answer.SetResult(rules);
        }
        else
        {
            _ = RunAsync(table, chain, answer);
        }
        return answer.Task;
    }

    /// <summary>Null where it is a chain that iptables would not have made so.</summary>
    private KernelChain? AskKernel(string table, string name)
    {
        if (_known.Find(t => t.Name == table)?.Chains.GetValueOrDefault(name) is not { } chain || !IsOfIptables(chain))
        {
            return null;
        }
        try
        {
            lock (_rules)
            {
                return _cancellationToken.IsCancellationRequested
                    ? null : new(chain, _netlink.ListRules(_family, table, name), _rules);
            }
        }
        catch (LinuxException)
        {
            return null;    // iptables says why, if it cannot either
        }
    }

    /// <summary>A base chain stands where iptables would hook it in.</summary>
    private static bool IsOfIptables(NetfilterChain chain) => chain.Hook is null
        || BaseChains.Has(chain.Table, chain.Name)
        && chain.Hook == chain.Name switch { "PREROUTING" => 0, "INPUT" => 1, "FORWARD" => 2, "OUTPUT" => 3, _ => 4 }
        && chain.Priority == chain.Table switch
        {
            "raw" => -300,
            "mangle" => -150,
            "nat" => chain.Name is "PREROUTING" or "OUTPUT" ? -100 : 100,
            "security" => 50,
            _ => 0,
        };

    private async Task<ChainRules?> RunAsync(string table, string chain)
    {
        await _turns.WaitAsync(_cancellationToken);
        try
        {
            var result = await CommandRunner.RunAsync(
                _place, _program, ["-w", "-v", "-t", table, "-S", chain], null, null, _cancellationToken);
            return result.ExitCode == 0 ? new PrintedChain(result.Output) : null;
        }
        finally
        {
            _turns.Release();
        }
    }

    private async Task RunAsync(string table, string chain, TaskCompletionSource<ChainRules?> answer)
    {
        try
        {
            answer.SetResult(await RunAsync(table, chain));
        }
        catch (OperationCanceledException)
        {
            answer.SetCanceled(_cancellationToken);
        }
        catch (LinuxException exception)
        {
            answer.SetException(exception);
        }
    }

    /// <summary>With the devices chosen; by iptables where the kernel tells a rule that we do not know.</summary>
    private async Task<ChainRules?> ChooseAsync(
        string table, string chain, ChainRules read, IReadOnlySet<string> devices)
    {
        if (read.Choose(devices))
        {
            return read;
        }
        Task<ChainRules?> printed = RunAsync(table, chain);
        lock (_asked)
        {
            _asked[(table, chain)] = printed;
        }
        return await printed is { } rules && rules.Choose(devices) ? rules : null;
    }
}
