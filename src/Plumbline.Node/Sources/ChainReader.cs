using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Linux.Processes;

namespace Plumbline.Node.Sources;

/// <summary>
/// Reads of iptables' rules (nf_tables back end) what packets by a few devices can meet: the base chains, and from there each chain that is
/// jumped to by a rule which does not ask for another device. Where a node has tens of thousands of rules, that is a twentieth of the time
/// of iptables-save. The chains that are read are whole, so that rules keep their numbers.
/// </summary>
internal sealed partial class ChainReader : IAsyncDisposable
{
    private const int MostAtOnce = 4;
    private const int FamilyIPv4 = 2;
    private const int FamilyIPv6 = 10;

    /// <summary>A chain that so many rules of one other jump to is not one device's own.</summary>
    private const int ManyJumps = 8;

    /// <summary>No device may have this name (dev_valid_name).</summary>
    private const char NoDevice = '/';

    private static readonly string[] _tables = ["raw", "mangle", "nat", "filter", "security"];
    private static readonly HashSet<string> _noDevices = [];

    private readonly NetworkNamespace? _place;
    private readonly string _program;
    private readonly List<TableChains> _known;
    private readonly SemaphoreSlim _turns = new(MostAtOnce);
    private readonly Dictionary<(string Table, string Chain), Task<string?>> _asked = [];
    private readonly CancellationToken _cancellationToken;

    private ChainReader(NetworkNamespace? place, string program, List<TableChains> known, CancellationToken cancellationToken) =>
        (_place, _program, _known, _cancellationToken) = (place, program, known, cancellationToken);

    /// <summary>Lists the chains; null where they are to be had otherwise only: by iptables-save, or of the old back end.</summary>
    /// <param name="place">The namespace, which stays open as long as is read; null: where the caller is.</param>
    /// <param name="isIPv6">ip6tables' rules.</param>
    /// <param name="cancellationToken">Ends all reading.</param>
    public static ChainReader? Open(NetworkNamespace? place, bool isIPv6, CancellationToken cancellationToken)
    {
        if (Programs.Find(isIPv6 ? "ip6tables" : "iptables") is not { } program || IsLegacy(program))
        {
            return null;
        }
        IReadOnlyList<NetfilterChain> all;
        try
        {
            all = RouteNetlink.ListNetfilterChains(place);
        }
        catch (LinuxException)
        {
            return null;    // iptables-save will say why
        }
        var known = new List<TableChains>();
        foreach (var name in _tables)
        {
            var chains = new Dictionary<string, NetfilterChain>(StringComparer.Ordinal);
            foreach (var chain in all)
            {
                if (chain.Family == (isIPv6 ? FamilyIPv6 : FamilyIPv4) && chain.Table == name)
                {
                    chains.TryAdd(chain.Name, chain);
                }
            }
            if (chains.Count > 0)
            {
                known.Add(new(name, chains));
            }
        }
        return new(place, program, known, cancellationToken);
    }

    /// <summary>Reads what packets by any device meet, before it is known which: the base chains and those that many rules jump to.</summary>
    public async Task ReadCommonAsync()
    {
        var level = BaseChains();
        for (var seen = new HashSet<(string, string)>(level); level.Count > 0;)
        {
            var answers = await AskAsync(level);
            var next = new List<(string Table, string Chain)>();
            for (var i = 0; i < level.Count; i++)
            {
                foreach (var target in CommonTargetsOf(answers[i] ?? ""))
                {
                    if (Has(level[i].Table, target) && seen.Add((level[i].Table, target)))
                    {
                        next.Add((level[i].Table, target));
                    }
                }
            }
            level = next;
        }
    }

    /// <summary>Begins to read chains whose names have the beginnings of these devices' ports, as Neutron names them.</summary>
    public void Guess(IReadOnlySet<string> devices)
    {
        foreach (var device in devices)
        {
            if (Neutron.DeviceNames.PortIdPrefix(device) is { } id)
            {
                foreach (var table in _known)
                {
                    foreach (var chain in table.Chains.Keys)
                    {
                        if (chain.EndsWith(id.AsSpan(0, Neutron.DeviceNames.ChainIdLength), StringComparison.Ordinal))
                        {
                            _ = Ask(table.Name, chain);
                        }
                    }
                }
            }
        }
    }

    /// <summary>What packets by these devices can meet, in the form of iptables-save; null where a chain could not be read.</summary>
    public async Task<string?> ReadAsync(IReadOnlySet<string> devices)
    {
        var tables = new List<TableReading>();
        foreach (var table in _known)
        {
            tables.Add(new(table.Name, table.Chains));
        }
        return await ReadLevelsAsync(tables, devices) ? Text(tables, devices) : null;
    }

    /// <summary>Waits for what still reads (which its token ends sooner).</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] asked;
        lock (_asked)
        {
            asked = [.. _asked.Values];
        }
        try
        {
            await Task.WhenAll(asked);
        }
        catch (Exception exception) when (exception is OperationCanceledException or LinuxException)
        {
            _ = exception;  // who waited for it was told
        }
        _turns.Dispose();
    }

    private bool Has(string table, string chain) => _known.Exists(t => t.Name == table && t.Chains.ContainsKey(chain));

    private List<(string Table, string Chain)> BaseChains()
    {
        var chains = new List<(string Table, string Chain)>();
        foreach (var table in _known)
        {
            foreach (var chain in table.Chains.Values)
            {
                if (chain is { Hook: not null, Use: > 0 })
                {
                    chains.Add((table.Name, chain.Name));
                }
            }
        }
        return chains;
    }

    private async Task<string?[]> AskAsync(List<(string Table, string Chain)> chains)
    {
        var asked = new Task<string?>[chains.Count];
        for (var i = 0; i < asked.Length; i++)
        {
            asked[i] = Ask(chains[i].Table, chains[i].Chain);
        }
        return await Task.WhenAll(asked);
    }

    /// <summary>A chain's rules; each is read once.</summary>
    private Task<string?> Ask(string table, string chain)
    {
        lock (_asked)
        {
            return _asked.TryGetValue((table, chain), out var task) ? task : _asked[(table, chain)] = RunAsync(table, chain);
        }
    }

    private async Task<string?> RunAsync(string table, string chain)
    {
        await _turns.WaitAsync(_cancellationToken);
        try
        {
            var result = await CommandRunner.RunAsync(_place, _program, ["-w", "-v", "-t", table, "-S", chain], null, null, _cancellationToken);
            return result.ExitCode == 0 ? result.Output : null;
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>From the base chains down, all of one depth side by side. False where a chain could not be read.</summary>
    private async Task<bool> ReadLevelsAsync(List<TableReading> tables, IReadOnlySet<string> devices)
    {
        var byName = new Dictionary<string, TableReading>(StringComparer.Ordinal);
        foreach (var table in tables)
        {
            byName[table.Name] = table;
            foreach (var chain in table.Known.Values)
            {
                if (chain.Hook is not null)
                {
                    table.Read[chain.Name] = null;
                }
            }
        }
        for (var level = BaseChains(); level.Count > 0;)
        {
            var answers = await AskAsync(level);
            var next = new List<(string Table, string Chain)>();
            for (var i = 0; i < level.Count; i++)
            {
                if (answers[i] is not { } text)
                {
                    return false;
                }
                var table = byName[level[i].Table];
                table.Read[level[i].Chain] = text;
                foreach (var target in TargetsOf(text, devices))
                {
                    if (table.Known.ContainsKey(target) && table.Read.TryAdd(target, null))
                    {
                        next.Add((table.Name, target));
                    }
                }
            }
            level = next;
        }
        return true;
    }

    /// <summary>Where a packet by any device may go, and where a good part of the rules sends those of one device each.</summary>
    internal static IEnumerable<string> CommonTargetsOf(string text)
    {
        var targets = new HashSet<string>(TargetsOf(text, _noDevices), StringComparer.Ordinal);
        var jumps = new Dictionary<string, int>(StringComparer.Ordinal);
        var byTarget = jumps.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var at = line.LastIndexOf(" -j ", StringComparison.Ordinal);
            if (at >= 0)
            {
                var target = line[(at + 4)..];
                target = target[..(target.IndexOf(' ') is var end and >= 0 ? end : target.Length)];
                byTarget[target] = byTarget.TryGetValue(target, out var count) ? count + 1 : 1;
            }
        }
        foreach (var (target, count) in jumps)
        {
            if (count >= ManyJumps)
            {
                targets.Add(target);
            }
        }
        return targets;
    }

    /// <summary>Where rules jump to that may be about one of the devices.</summary>
    internal static IEnumerable<string> TargetsOf(string text, IReadOnlySet<string> devices)
    {
        var targets = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            if (TargetOf(line, devices) is { } target)
            {
                targets.Add(target);
            }
        }
        return targets;
    }

    private static string? TargetOf(ReadOnlySpan<char> line, IReadOnlySet<string> devices) =>
        IsOfOthers(line, devices, out var target) ? null : target;

    /// <summary>The rule asks for another device than these.</summary>
    internal static bool IsOfOthers(ReadOnlySpan<char> line, IReadOnlySet<string> devices, out string? target)
    {
        ReadOnlySpan<char> option = default;
        var isInverted = false;
        var isQuoted = false;
        target = null;
        var words = new WordReader(line);
        while (words.Next() is { IsEmpty: false } word)
        {
            // text that somebody wrote is no option, whatever it looks like
            if (isQuoted || word[0] == '"' || option is "--comment" or "--log-prefix" or "--nflog-prefix" or "--string")
            {
                isQuoted = (isQuoted || word[0] == '"') && !(word.EndsWith("\"") && !word.EndsWith("\\\"") && (isQuoted || word.Length > 1));
                option = default;
                continue;
            }
            switch (option)
            {
                // a trailing + stands for any rest of a name
                case "--physdev-in" or "--physdev-out" or "-i" or "-o" when !isInverted && !word.EndsWith("+") && !Contains(devices, word):
                    return true;
                case "-j" or "-g":
                    target = word.ToString();
                    break;
            }
            isInverted = word is "!" || isInverted && word[0] == '-' && option is "!";
            option = word;
        }
        return false;
    }

    private static bool Contains(IReadOnlySet<string> devices, ReadOnlySpan<char> name)
    {
        foreach (var device in devices)
        {
            if (name.SequenceEqual(device))
            {
                return true;
            }
        }
        return false;
    }

    private static bool IsLegacy(string program) =>
        Path.GetFileName(File.ResolveLinkTarget(program, returnFinalTarget: true)?.FullName ?? program).Contains("legacy", StringComparison.Ordinal);

    /// <summary>The chains of a table.</summary>
    private sealed record TableChains(string Name, Dictionary<string, NetfilterChain> Chains);

    /// <summary>A table: the chains that it has, and what was printed of those that were asked for (null: not asked, it has no rules).</summary>
    private sealed record TableReading(string Name, Dictionary<string, NetfilterChain> Known)
    {
        public Dictionary<string, string?> Read { get; } = new(StringComparer.Ordinal);
    }
}
