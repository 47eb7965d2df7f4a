namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// Reads what one command prints. To understand one more command: derive, and add it to <see cref="TextSources.All"/>. A reader looks
/// for its own lines and leaves all others alone, so that prose, prompts and other commands' output may stand around them.
/// </summary>
internal abstract class TextSource
{
    /// <summary>The command, as the list of what is understood shows it.</summary>
    public abstract string Command { get; }

    /// <summary>The <see cref="Facts.SourceReport.Source"/> that it feeds: <c>ovsdb</c>, <c>links</c> …</summary>
    public abstract string Source { get; }

    /// <summary>
    /// Words of which every text of this command has one at least, whatever pasting did to its blanks: a big text without them is not looked
    /// through. None: always look.
    /// </summary>
    public virtual IReadOnlyList<string> Markers => [];

    /// <summary>A part of the output would be taken for all: it is given texts without such parts (<see cref="PastedText.Whole"/>).</summary>
    public virtual bool NeedsWhole => false;

    /// <summary>Finds its own output in <paramref name="text"/> and tells <paramref name="builder"/> what it says.</summary>
    /// <returns>How many things (bridges, links, rules' lines …) it found; 0: nothing of this command is here.</returns>
    public abstract int Apply(PastedText text, SnapshotBuilder builder);
}
