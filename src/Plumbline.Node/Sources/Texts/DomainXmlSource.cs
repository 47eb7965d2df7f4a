using System.Text.RegularExpressions;
using System.Xml;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources.Texts;

/// <summary><c>virsh dumpxml</c>, or files of /etc/libvirt/qemu and /run/libvirt/qemu; several may stand in one text.</summary>
internal sealed partial class DomainXmlSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "virsh dumpxml";

    /// <inheritdoc/>
    public override string Source => "libvirt";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["<domain", "<domstatus", "<interface"];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        var whole = string.Join('\n', text.Lines);
        var at = 0;
        while (NextStart(whole, at) is var (start, element) && start >= 0)
        {
            var closing = $"</{element}>";
            var end = whole.IndexOf(closing, start, StringComparison.Ordinal);
            var xml = end < 0 ? whole[start..] : whole[start..(end + closing.Length)];
            at = end < 0 ? whole.Length : end + closing.Length;
            try
            {
                if (DomainXml.Read(new StringReader(xml), isRunning: null) is { } domain)
                {
                    builder.Domains.TryAdd(domain.Name, domain);
                    found++;
                }
            }
            catch (XmlException) when (!xml.Contains("<name", StringComparison.Ordinal) && !xml.Contains("<devices", StringComparison.Ordinal))
            {
                continue;       // a comment of limits.conf has "<domain>" too
            }
            catch (XmlException exception)
            {
                builder.Remarks.Add(new()
                {
                    Source = Source,
                    Where = text.Where,
                    Outcome = SourceOutcome.Partial,
                    Detail = $"a domain's XML is damaged or cut off: {exception.Message}",
                    Consequence = "that VM is not known by name",
                });
            }
        }
        return found > 0 ? found : ApplyInterfaces(text, builder);
    }

    /// <summary>Of <c>virsh dumpxml VM | grep -A9 '&lt;interface'</c> the interfaces alone; the command tells the VM.</summary>
    private static int ApplyInterfaces(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        foreach (var (command, first, end) in text.Answers())
        {
            if (NamePattern().Match(command) is not { Success: true } named)
            {
                continue;
            }
            var name = named.Groups["name"].Value;
            var part = string.Join('\n', text.Lines[first..end]);
            var interfaces = string.Concat(InterfacePattern().Matches(part).Select(match => match.Value));
            if (interfaces.Length == 0)
            {
                continue;
            }
            try
            {
                var xml = $"<domain type='kvm'><name>{System.Security.SecurityElement.Escape(name)}</name><devices>{interfaces}</devices></domain>";
                if (DomainXml.Read(new StringReader(xml), isRunning: null) is { } domain)
                {
                    builder.Domains.TryAdd(domain.Name, domain);
                    found++;
                }
            }
            catch (XmlException)
            {
                continue;       // a part in which an element does not end tells nothing
            }
        }
        return found;
    }

    [GeneratedRegex(@"virsh\s+(?:-\S+\s+)*dumpxml\s+(?:--\S+\s+)*(?<name>[\w.-]+)")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"<interface [^<>]*>.*?</interface>", RegexOptions.Singleline)]
    private static partial Regex InterfacePattern();

    private static (int Start, string Element) NextStart(string text, int from)
    {
        var status = text.IndexOf("<domstatus", from, StringComparison.Ordinal);
        var domain = -1;
        for (var at = from; (at = text.IndexOf("<domain", at, StringComparison.Ordinal)) >= 0; at++)
        {
            if (at + 7 < text.Length && text[at + 7] is ' ' or '>' or '\n')
            {
                domain = at;
                break;
            }
        }
        return status >= 0 && (domain < 0 || status < domain) ? (status, "domstatus") : (domain, "domain");
    }
}
