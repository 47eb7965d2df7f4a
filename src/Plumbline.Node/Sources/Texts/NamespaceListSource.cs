using System.Globalization;
using System.Text.RegularExpressions;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// <c>ip netns [list]</c>: a name a line, with <c>(id: N)</c> where the node's namespace has numbered it. Names without a number are
/// believed where they look like Neutron's, or stand directly below the command.
/// </summary>
internal sealed partial class NamespaceListSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "ip netns";

    /// <inheritdoc/>
    public override string Source => "namespaces";

    /// <inheritdoc/>
    public override bool NeedsWhole => true;

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        var below = false;
        var prompt = 0;
        for (var i = 0; i < text.Lines.Length; i++)
        {
            if (prompt < text.Prompts.Count && text.Prompts[prompt].Line == i)
            {
                below = CommandPattern().IsMatch(text.Prompts[prompt++].Command);
                continue;
            }
            var match = LinePattern().Match(text.Lines[i]);
            if (!match.Success || !(below || match.Groups["id"].Success || NeutronPattern().IsMatch(match.Groups["name"].Value)))
            {
                below = below && text.Lines[i].Trim().Length == 0;
                continue;
            }
            var name = match.Groups["name"].Value;
            builder.Namespace(name);
            if (int.TryParse(match.Groups["id"].Value, CultureInfo.InvariantCulture, out var id))
            {
                builder.NamespaceNumbers.TryAdd(name, id);
            }
            found++;
        }
        return found;
    }

    [GeneratedRegex(@"^\s*(?<name>[A-Za-z0-9_][\w.-]{0,254})(?:\s+\(id:\s*(?<id>\d{1,9})\))?\s*$")]
    private static partial Regex LinePattern();

    [GeneratedRegex(@"^(?:qdhcp|qrouter|snat|fip|ovnmeta)-[0-9a-f]{8}-[0-9a-f-]{27}$")]
    private static partial Regex NeutronPattern();

    [GeneratedRegex(@"^(?:sudo\s+)?ip\s+netns(?:\s+(?:list|ls|show))?\s*$")]
    private static partial Regex CommandPattern();
}
