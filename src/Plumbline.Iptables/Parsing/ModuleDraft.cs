namespace Plumbline.Iptables;

/// <summary>A match or target module of a rule with the options that were given to it, before its values are read.</summary>
internal sealed class ModuleDraft(string name, ModuleSpec? spec, int at, ErrorList errors)
{
    /// <summary>Behind <c>-m</c> or <c>-j</c>.</summary>
    public string Name => name;

    /// <summary>Null: a module that we don't know; its words are in <see cref="Raw"/>.</summary>
    public ModuleSpec? Spec => spec;

    /// <summary>Where the module is named.</summary>
    public int At => at;

    /// <summary>In the order of the text.</summary>
    public List<Given> Options { get; } = [];

    /// <summary>The words of a module without a spec.</summary>
    public List<Word> Raw { get; } = [];

    /// <summary>Set by the first error: the module is then kept as text.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Notes an error about a value.</summary>
    public void Fail(int where, string what, string? fix = null)
    {
        errors.Add(where, what, fix);
        HasFailed = true;
    }

    /// <summary>The first of that name; null where it is not given.</summary>
    public Given? Find(string option)
    {
        foreach (var given in Options)
        {
            if (given.Name == option)
            {
                return given;
            }
        }
        return null;
    }

    /// <summary>Whether it is given.</summary>
    public bool Has(string option) => Find(option) is not null;
}
