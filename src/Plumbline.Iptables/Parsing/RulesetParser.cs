namespace Plumbline.Iptables;

/// <summary>
/// Text to rulesets. Nothing throws on odd input: what can't be read is an error with its place, and the rest is read all the same.
/// </summary>
public static class RulesetParser
{
    /// <summary>
    /// Reads <c>iptables-save</c> or <c>ip6tables-save</c>, with or without counters; also what <c>iptables-restore</c> takes besides
    /// (<c>-I</c>, <c>-D</c>, <c>-N</c>, <c>-P</c>, <c>-F</c>, <c>-X</c>).
    /// </summary>
    /// <param name="text">As printed.</param>
    /// <param name="family">Null: as the text's heading says; without a heading, by what only IPv6 has.</param>
    public static RulesetReading ParseSave(string text, IPFamily? family = null) => Parse(text, family, RulesetForm.Save);

    /// <summary>Reads <c>iptables -S</c>, or commands as typed in a shell.</summary>
    /// <param name="text">As printed or typed.</param>
    /// <param name="family">As for <see cref="ParseSave"/>.</param>
    /// <param name="table">The table of lines that name none; null: filter, as iptables(8) has it.</param>
    public static RulesetReading ParseCommands(string text, IPFamily? family = null, string? table = null) =>
        Parse(text, family, RulesetForm.Commands, table);

    /// <summary>
    /// Reads <c>iptables -L</c> with any of <c>-n -v -x --line-numbers</c>, out of whatever stands around it: prompts, prose, pages.
    /// A chain that is shown again with other rules makes a ruleset of its own, a later state.
    /// </summary>
    /// <param name="text">As printed or pasted; blanks may have been lost.</param>
    /// <param name="family">Null: by what only IPv6 has.</param>
    /// <param name="table">Null: as a command in the text says, else by the base chains.</param>
    public static RulesetReading ParseList(string text, IPFamily? family = null, string? table = null)
    {
        text = PasteCleaner.Clean(text);
        var errors = new ErrorList();
        var rulesets = new ListReader(text, family, table, errors).Read();
        return new() { Rulesets = rulesets, Errors = errors.ToErrors(text) };
    }

    /// <summary>
    /// Finds in any text (a session's log, a page, a mail) what it holds of <c>iptables-save</c>, <c>-S</c>, <c>-L</c>, <c>ipset save</c>
    /// and <c>ipset list</c>, and reads it all. Typed commands (<c>iptables -A …</c>) count only where nothing of that is there.
    /// </summary>
    /// <param name="text">Any text.</param>
    /// <param name="family">Null: as each part says.</param>
    public static RulesetReading Recognise(string text, IPFamily? family = null)
    {
        text = PasteCleaner.Clean(text);
        var errors = new ErrorList();
        var rulesets = new List<Ruleset>();
        if (TextRegions.Only(text, TextRegions.Kind.Save) is { } saved)
        {
            rulesets.AddRange(new SaveReader(saved, family, RulesetForm.Save, errors).Read());
        }
        if (TextRegions.Only(text, TextRegions.Kind.Commands) is { } printed)
        {
            rulesets.AddRange(new SaveReader(printed, family, RulesetForm.Commands, errors).Read());
        }
        if (TextRegions.Only(text, TextRegions.Kind.List) is not null)
        {
            rulesets.AddRange(new ListReader(text, family, null, errors).Read());
        }
        if (rulesets.Count == 0 && text.Contains("tables", StringComparison.Ordinal))
        {
            rulesets.AddRange(new SaveReader(TypedCommands.Only(text), family, RulesetForm.Commands, errors).Read());
        }
        var sets = AddressSetParser.Parse(text);
        return new() { Rulesets = rulesets, Sets = sets.Sets, Errors = errors.ToErrors(text) };
    }

    /// <summary>What <paramref name="text"/> holds: iptables-save before a listing before commands; null where it holds none of them.</summary>
    public static RulesetForm? FormOf(string text)
    {
        var kinds = TextRegions.Sort(text);
        return kinds.Contains(TextRegions.Kind.Save) ? RulesetForm.Save
            : kinds.Contains(TextRegions.Kind.List) ? RulesetForm.List
            : kinds.Contains(TextRegions.Kind.Commands) ? RulesetForm.Commands
            : null;
    }

    private static RulesetReading Parse(string text, IPFamily? family, RulesetForm form, string? table = null)
    {
        text = PasteCleaner.Clean(text);
        var errors = new ErrorList();
        var rulesets = new SaveReader(text, family, form, errors) { DefaultTable = table ?? "filter" }.Read();
        return new() { Rulesets = rulesets, Errors = errors.ToErrors(text) };
    }
}
