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
    public static RulesetReading ParseCommands(string text, IPFamily? family = null) => Parse(text, family, RulesetForm.Commands);

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

    private static RulesetReading Parse(string text, IPFamily? family, RulesetForm form)
    {
        text = PasteCleaner.Clean(text);
        var errors = new ErrorList();
        var rulesets = new SaveReader(text, family, form, errors).Read();
        return new() { Rulesets = rulesets, Errors = errors.ToErrors(text) };
    }
}
