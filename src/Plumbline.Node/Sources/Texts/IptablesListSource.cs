using System.Text;
using Plumbline.Iptables;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// <c>iptables -L</c> (with or without <c>-n -v</c>) and <c>iptables -S</c>, kept as they were pasted, prose and all: from one prompt to
/// the next. They count only where no <c>iptables-save</c> tells the same family's rules.
/// </summary>
internal sealed class IptablesListSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "iptables -L -v, iptables -S";

    /// <inheritdoc/>
    public override string Source => "iptables";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["Chain", "-A ", "-P ", "-N "];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        var start = 0;
        var prompt = 0;
        string? command = null;
        while (start < text.Lines.Length)
        {
            var end = prompt < text.Prompts.Count ? text.Prompts[prompt].Line : text.Lines.Length;
            if (end > start)
            {
                found += ApplyPart(text, start, end, command, builder);
            }
            command = prompt < text.Prompts.Count ? text.Prompts[prompt].Command : null;
            start = prompt < text.Prompts.Count ? end + 1 : end;
            prompt++;
        }
        return found;
    }

    private static int ApplyPart(PastedText text, int start, int end, string? command, SnapshotBuilder builder)
    {
        var part = new StringBuilder();
        for (var i = start; i < end; i++)
        {
            part.Append(text.Lines[i]).Append('\n');
        }
        var lines = part.ToString();
        if (RulesetParser.FormOf(lines) == RulesetForm.Commands)
        {
            lines = WithoutProse(lines);
        }
        var form = RulesetParser.FormOf(lines);
        if (form is null or RulesetForm.Save)
        {
            return 0;
        }
        var isCut = command is not null && text.IsPart(start, end);
        command ??= Path.GetFileName(text.Where);
        var program = ProgramOf(command, lines);
        var place = text.NamespaceAt(start);
        if (builder.Firewall.ContainsKey((place, program + "-save")))
        {
            return 0;
        }
        var table = TableOf(command) is { } name ? $" -t {name}" : "";
        var key = (place, $"{program}{table} {(form == RulesetForm.Commands ? "-S" : "-L")}");
        // blank lines in place of what came before, so that line numbers are those of the paste
        builder.Firewall[key] = builder.Firewall.TryGetValue(key, out var known)
            ? known with { IsCut = known.IsCut || isCut, Text = known.Text + new string('\n', Math.Max(0, start - known.Text.AsSpan().Count('\n'))) + lines }
            : new FirewallText(place, key.Item2, new string('\n', start) + lines, isCut);
        return 1;
    }

    /// <summary>Of <c>-S</c> the rules alone, each on the line where it stood: there any other line would be taken for a rule that makes no sense.</summary>
    private static string WithoutProse(string text)
    {
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].AsSpan().TrimStart().StartsWith("-") && !lines[i].Contains("tables ", StringComparison.Ordinal))
            {
                lines[i] = "";
            }
        }
        return string.Join('\n', lines);
    }

    /// <summary>As the command says, else by the addresses.</summary>
    private static string ProgramOf(string command, string lines)
    {
        var isIPv6 = command.Contains("ip6tables", StringComparison.Ordinal) || lines.Contains("::/0", StringComparison.Ordinal)
            || (!command.Contains("iptables", StringComparison.Ordinal) && FamilyGuess.Told(lines) == IPFamily.IPv6);
        return (isIPv6 ? "ip6tables" : "iptables") + (command.Contains("tables-legacy", StringComparison.Ordinal) ? "-legacy" : "");
    }

    /// <summary>Behind <c>-t</c> in a command, or in a file's name made of one (<c>iptables-t-nat-L-nv.txt</c>, <c>iptables_-t_nat_-nvL</c>).</summary>
    private static string? TableOf(string command)
    {
        foreach (var table in (ReadOnlySpan<string>)["nat", "raw", "mangle", "security", "filter"])
        {
            if (command.Contains($"-t {table}", StringComparison.Ordinal) || command.Contains($"-t-{table}", StringComparison.Ordinal)
                || command.Contains($"-t_{table}", StringComparison.Ordinal) || command.Contains($"--table {table}", StringComparison.Ordinal))
            {
                return table;
            }
        }
        return null;
    }
}
