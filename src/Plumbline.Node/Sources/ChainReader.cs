using Plumbline.Iptables;
using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Linux.Processes;

namespace Plumbline.Node.Sources;

/// <summary>
/// Reads of iptables' rules (nf_tables back end) what packets by a few devices can meet: the base chains, and from
/// there each chain that is jumped to by a rule which does not ask for another device. Where a node has tens of
/// thousands of rules, that is a twentieth of the time of iptables-save. The chains that are read are whole, so that
/// rules keep their numbers. They are asked of the kernel; where a rule in one is not known to the letter, that chain
/// is asked of iptables.
/// </summary>
internal sealed partial class ChainReader : IAsyncDisposable
{
    private const int MostAtOnce = 4;
    private const byte FamilyIPv4 = 2;
    private const byte FamilyIPv6 = 10;

    /// <summary>Whoever changes the rules more often than that is waited for by iptables-save.</summary>
    private const int MostReadings = 3;

    private static readonly string[] _tables = ["raw", "mangle", "nat", "filter", "security"];

    private readonly NetworkNamespace? _place;
    private readonly string _program;
    private readonly byte _family;
    private readonly NetfilterNetlink _netlink;
    private readonly KernelRuleReader _rules;
    private readonly SemaphoreSlim _turns = new(MostAtOnce);
    private readonly Dictionary<(string Table, string Chain), Task<ChainRules?>> _asked = [];
    private readonly CancellationToken _cancellationToken;
    private List<TableChains> _known = [];
    private uint _generation;

    private ChainReader(
        NetworkNamespace? place, string program, bool isIPv6, NetfilterNetlink netlink, CancellationToken cancellation)
    {
        (_place, _program, _netlink, _cancellationToken) = (place, program, netlink, cancellation);
        _family = isIPv6 ? FamilyIPv6 : FamilyIPv4;
        _rules = new(isIPv6 ? IPFamily.IPv6 : IPFamily.IPv4, netlink.FindSetName);
    }

    /// <summary>
    /// Lists the chains; null where they are to be had otherwise only: by iptables-save, or of the old back end.
    /// </summary>
    /// <param name="place">The namespace, which stays open as long as is read; null: where the caller is.</param>
    /// <param name="isIPv6">ip6tables' rules.</param>
    /// <param name="cancellationToken">Ends all reading.</param>
    public static ChainReader? Open(NetworkNamespace? place, bool isIPv6, CancellationToken cancellationToken)
    {
        if (Programs.Find(isIPv6 ? "ip6tables" : "iptables") is not { } program || IsLegacy(program))
        {
            return null;
        }
        NetfilterNetlink? netlink = null;
        try
        {
            netlink = NetfilterNetlink.Open(place);
            var reader = new ChainReader(place, program, isIPv6, netlink, cancellationToken);
            reader.ListChains();
            return reader;
        }
        catch (LinuxException)
        {
            netlink?.Dispose();
            return null;    // iptables-save will say why
        }
    }

    /// <summary>
    /// Reads what packets by any device meet, before it is known which: the base chains and those that many rules jump
    /// to.
    /// </summary>
    public async Task ReadCommonAsync()
    {
        var level = CalledChains();
        for (var seen = new HashSet<(string, string)>(level); level.Count > 0;)
        {
            var answers = await AskAsync(level);
            var next = new List<(string Table, string Chain)>();
            for (var i = 0; i < level.Count; i++)
            {
                foreach (var target in answers[i]?.CommonTargets() ?? [])
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

    /// <summary>
    /// Begins to read chains whose names have the beginnings of these devices' ports, as Neutron names them.
    /// </summary>
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

    /// <summary>
    /// What packets by these devices can meet, in the form of iptables-save; null where a chain could not be read.
    /// </summary>
    public async Task<string?> ReadAsync(IReadOnlySet<string> devices)
    {
        for (var reading = 0; reading < MostReadings; reading++)
        {
            var text = await ReadOnceAsync(devices);
            if (text is null || !HasChanged())
            {
                return text;
            }
        }
        return null;
    }

    /// <summary>Somebody changed the rules since the chains were listed; then they are listed again.</summary>
    private bool HasChanged()
    {
        lock (_rules)
        {
            if (_netlink.ReadGeneration() == _generation)
            {
                return false;
            }
            ListChains();
            return true;
        }
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
        lock (_rules)
        {
            _netlink.Dispose();
        }
    }

    /// <summary>What is there now; what was read before is forgotten.</summary>
    private void ListChains()
    {
        _generation = _netlink.ReadGeneration();
        var all = _netlink.ListChains(_family);
        var known = new List<TableChains>();
        foreach (var name in _tables)
        {
            var chains = new Dictionary<string, NetfilterChain>(StringComparer.Ordinal);
            foreach (var chain in all)
            {
                if (chain.Family == _family && chain.Table == name)
                {
                    chains.TryAdd(chain.Name, chain);
                }
            }
            if (chains.Count > 0)
            {
                known.Add(new(name, chains));
            }
        }
        lock (_asked)
        {
            _asked.Clear();
        }
        _known = known;
    }

    private async Task<string?> ReadOnceAsync(IReadOnlySet<string> devices)
    {
        var tables = new List<TableReading>();
        foreach (var table in _known)
        {
            tables.Add(new(table.Name, table.Chains));
        }
        return await ReadLevelsAsync(tables, devices) ? Text(tables) : null;
    }

    private bool Has(string table, string chain) => _known.Exists(t => t.Name == table && t.Chains.ContainsKey(chain));

    private List<(string Table, string Chain)> CalledChains()
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

    /// <summary>
    /// From the base chains down, all of one depth side by side. False where a chain could not be read.
    /// </summary>
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
        for (var level = CalledChains(); level.Count > 0;)
        {
            var answers = await AskAsync(level);
            var next = new List<(string Table, string Chain)>();
            for (var i = 0; i < level.Count; i++)
            {
                if (answers[i] is not { } read
                    || await ChooseAsync(level[i].Table, level[i].Chain, read, devices) is not { } chosen)
                {
                    return false;
                }
                var table = byName[level[i].Table];
                table.Read[level[i].Chain] = chosen;
                foreach (var target in chosen.Targets())
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

    private static bool IsLegacy(string program) =>
        Path.GetFileName(File.ResolveLinkTarget(program, returnFinalTarget: true)?.FullName ?? program)
            .Contains("legacy", StringComparison.Ordinal);

    /// <summary>The chains of a table.</summary>
    private sealed record TableChains(string Name, Dictionary<string, NetfilterChain> Chains);

    /// <summary>
    /// A table: the chains that it has, and what was read of those that were asked for (null: not asked, it has no
    /// rules).
    /// </summary>
    private sealed record TableReading(string Name, Dictionary<string, NetfilterChain> Known)
    {
        public Dictionary<string, ChainRules?> Read { get; } = new(StringComparer.Ordinal);
    }
}
