using System.Text;
using System.Xml;
using System.Xml.Linq;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources.Texts;

/// <summary><c>ipset list -o xml</c> and <c>ipset save -o xml</c>, kept in the words of <c>ipset save</c>.</summary>
internal sealed class IpsetXmlSource : TextSource
{
    private const string Start = "<ipsets>";
    private const string End = "</ipsets>";

    /// <inheritdoc/>
    public override string Command => "ipset list -o xml";

    /// <inheritdoc/>
    public override string Source => "ipset";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => [Start];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        for (var i = 0; i < text.Lines.Length; i++)
        {
            if (!text.Lines[i].Contains(Start, StringComparison.Ordinal))
            {
                continue;
            }
            var last = i;
            while (last < text.Lines.Length && !text.Lines[last].Contains(End, StringComparison.Ordinal))
            {
                last++;
            }
            if (last == text.Lines.Length)
            {
                break;      // cut off: which members are missing cannot be told
            }
            var place = text.NamespaceAt(i);
            var printed = string.Join('\n', text.Lines[i..(last + 1)]);
            printed = printed[printed.IndexOf(Start, StringComparison.Ordinal)..(printed.IndexOf(End, StringComparison.Ordinal) + End.Length)];
            if (Read(printed) is { Length: > 0 } saved)
            {
                builder.Firewall.TryAdd((place, "ipset save"), new FirewallText(place, "ipset save", saved));
                found++;
            }
            i = last;
        }
        return found;
    }

    private static string? Read(string printed)
    {
        XElement root;
        try
        {
            using var reader = XmlReader.Create(
                new StringReader(printed), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            root = XElement.Load(reader);
        }
        catch (XmlException)
        {
            return null;        // not what it begins like
        }
        var saved = new StringBuilder();
        foreach (var set in root.Elements("ipset"))
        {
            var name = (string?)set.Attribute("name");
            if (name is null || (string?)set.Element("type") is not { } type || set.Element("members") is not { } members)
            {
                continue;       // -t: without members it is not told
            }
            saved.Append("create ").Append(name).Append(' ').Append(type);
            foreach (var option in set.Element("header")?.Elements() ?? [])
            {
                if (option.Name.LocalName is not ("memsize" or "references" or "numentries"))
                {
                    saved.Append(' ').Append(option.Name.LocalName).Append(option.Value.Length > 0 ? " " + option.Value : "");
                }
            }
            saved.Append('\n');
            foreach (var member in members.Elements("member"))
            {
                saved.Append("add ").Append(name).Append(' ').Append((string?)member.Element("elem"));
                foreach (var option in member.Elements().Where(element => element.Name != "elem"))
                {
                    saved.Append(' ').Append(option.Name.LocalName).Append(option.Value.Length > 0 ? " " + option.Value : "");
                }
                saved.Append('\n');
            }
        }
        return saved.ToString();
    }
}
