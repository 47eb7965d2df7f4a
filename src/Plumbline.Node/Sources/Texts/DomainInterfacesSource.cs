using System.Text.RegularExpressions;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources.Texts;

/// <summary><c>virsh domiflist VM</c>: <c>Interface Type Source Model MAC</c> above dashes. The VM is named by the command alone.</summary>
internal sealed partial class DomainInterfacesSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "virsh domiflist VM";

    /// <inheritdoc/>
    public override string Source => "libvirt";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["Interface"];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        for (var i = 0; i + 1 < text.Lines.Length; i++)
        {
            if (!HeadingPattern().IsMatch(text.Lines[i]) || !text.Lines[i + 1].AsSpan().Trim().StartsWith("-----"))
            {
                continue;
            }
            var command = text.CommandAt(i);
            var interfaces = new List<DomainInterface>();
            for (i += 2; i < text.Lines.Length && RowPattern().Match(text.Lines[i]) is { Success: true } row; i++)
            {
                interfaces.Add(new()
                {
                    Type = row.Groups["type"].Value,
                    Target = Told(row.Groups["device"]),
                    Source = Told(row.Groups["source"]),
                    Model = Told(row.Groups["model"]),
                    Address = LinkDraft.MacOf(row.Groups["mac"].Value),
                });
            }
            if (interfaces.Count == 0)
            {
                continue;
            }
            if (CommandPattern().Match(command ?? "") is { Success: true } asked)
            {
                var name = asked.Groups["name"].Value;
                builder.Domains.TryAdd(name, new Domain { Name = name, Interfaces = interfaces });
                found++;
            }
            else
            {
                builder.Remarks.Add(new()
                {
                    Source = Source,
                    Where = text.Where,
                    Outcome = SourceOutcome.Partial,
                    Detail = "an output of virsh domiflist does not say of which VM it is",
                    Consequence = "it is left out: keep the command above its output, or add the output of virsh dumpxml VM",
                });
            }
        }
        return found;
    }

    private static string? Told(Group group) => group.Value == "-" ? null : group.Value;

    [GeneratedRegex(@"^\s*Interface\s+Type\s+Source\s+Model\s+MAC\s*$")]
    private static partial Regex HeadingPattern();

    [GeneratedRegex(@"^\s*(?<device>\S+)\s+(?<type>\S+)\s+(?<source>\S+)\s+(?<model>\S+)\s+(?<mac>[0-9a-f]{2}(?::[0-9a-f]{2}){5})\s*$")]
    private static partial Regex RowPattern();

    [GeneratedRegex(@"^virsh\s.*domiflist\s+(?:--\S+\s+)*(?<name>[\w.-]+)")]
    private static partial Regex CommandPattern();
}
