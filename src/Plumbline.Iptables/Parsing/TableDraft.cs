namespace Plumbline.Iptables;

/// <summary>A table while it is read.</summary>
internal sealed class TableDraft(string name, int at)
{
    private readonly Dictionary<string, ChainDraft> _byName = new(StringComparer.Ordinal);
    private readonly List<ChainDraft> _chains = [];

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Where it starts in the text.</summary>
    public int At => at;

    /// <summary>COMMIT was read, so all of it is there.</summary>
    public bool IsWhole { get; set; }

    /// <summary>The chain of that name; null where it has not been seen.</summary>
    public ChainDraft? Find(ReadOnlySpan<char> chain) =>
        _byName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(chain, out var found) ? found : null;

    /// <summary>The chain of that name, made where it has not been seen.</summary>
    public ChainDraft Chain(ReadOnlySpan<char> chain)
    {
        if (Find(chain) is { } found)
        {
            return found;
        }
        var draft = new ChainDraft(chain.ToString());
        _byName[draft.Name] = draft;
        _chains.Add(draft);
        return draft;
    }

    /// <summary>Takes over a chain that was read elsewhere.</summary>
    public void Add(ChainDraft chain)
    {
        if (_byName.TryAdd(chain.Name, chain))
        {
            _chains.Add(chain);
        }
    }

    /// <summary>Forgets a chain (<c>-X</c>).</summary>
    public void Remove(ChainDraft chain)
    {
        _byName.Remove(chain.Name);
        _chains.Remove(chain);
    }

    /// <summary>All chains so far, in order.</summary>
    public IReadOnlyList<ChainDraft> Chains => _chains;

    /// <summary>The table, with a chain that is not shown for every jump into the unknown.</summary>
    public Table ToTable(bool areMissingErrors, ErrorList errors, ErrorList warnings)
    {
        var shown = _chains.Count;
        for (var i = 0; i < shown; i++)
        {
            foreach (var rule in _chains[i].Rules)
            {
                if (rule.Target is not JumpTarget jump)
                {
                    continue;
                }
                if (Find(jump.Chain) is null)
                {
                    Chain(jump.Chain).IsShown = false;
                    (areMissingErrors ? errors : warnings).Add(
                        rule.Start,
                        areMissingErrors ? $"chain \"{jump.Chain}\" does not exist in table {name}" : $"chain \"{jump.Chain}\" is not shown",
                        areMissingErrors ? "declare it (:NAME - [0:0]), or correct the name of the target"
                            : "what it does is unknown: give the whole table (iptables-save)");
                }
            }
        }
        var chains = new Chain[_chains.Count];
        for (var i = 0; i < chains.Length; i++)
        {
            chains[i] = _chains[i].ToChain();
        }
        return new() { Name = name, Chains = chains };
    }
}
