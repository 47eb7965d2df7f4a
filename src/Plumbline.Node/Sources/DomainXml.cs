using System.Globalization;
using System.Xml;
using Plumbline.Node.Facts;
using Plumbline.Primitives;

namespace Plumbline.Node.Sources;

/// <summary>
/// libvirt's domain XML (formatdomain). A file in /run/libvirt/qemu wraps the <c>domain</c> in a <c>domstatus</c>, whose
/// <c>state</c> attribute says whether it runs; one in /etc/libvirt/qemu is the bare definition.
/// </summary>
internal static class DomainXml
{
    /// <summary>
    /// Reads the first domain. <paramref name="isRunning"/> is what is known from where the text was found; a <c>domstatus</c> or an
    /// <c>id</c> on the domain overrules null.
    /// </summary>
    /// <returns>Null where the document is XML, but of something else (a network, a filter).</returns>
    /// <exception cref="XmlException">Cut off, no XML, or it carries a DTD (refused).</exception>
    public static Domain? Read(TextReader text, bool? isRunning)
    {
        using var reader = XmlReader.Create(text, new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreWhitespace = true,
            ConformanceLevel = ConformanceLevel.Document,
            MaxCharactersInDocument = 32 << 20,
        });
        reader.MoveToContent();
        if (reader.LocalName == "domstatus")
        {
            isRunning = reader.GetAttribute("state") is not ("shutoff" or "crashed" or "shutdown");
            if (!reader.ReadToDescendant("domain"))
            {
                return null;
            }
        }
        if (reader.LocalName != "domain")
        {
            return null;
        }
        isRunning ??= reader.GetAttribute("id") is not null ? true : null;
        return ReadDomain(reader, isRunning);
    }

    private static Domain? ReadDomain(XmlReader reader, bool? isRunning)
    {
        string? name = null;
        string? uuid = null;
        string? displayName = null;
        var interfaces = new List<DomainInterface>();
        var depth = reader.Depth;
        var more = reader.Read();
        while (more && reader.Depth > depth)
        {
            if (reader.NodeType != XmlNodeType.Element)
            {
                more = reader.Read();
                continue;
            }
            switch (reader.LocalName)
            {
                case "name" when reader.Depth == depth + 1:
                    name = reader.ReadElementContentAsString();
                    break;
                case "uuid" when reader.Depth == depth + 1:
                    uuid = reader.ReadElementContentAsString();
                    break;
                case "metadata" when reader.Depth == depth + 1:
                    displayName = ReadDisplayName(reader);
                    break;
                case "interface" when reader.Depth == depth + 2:
                    interfaces.Add(ReadInterface(reader));
                    break;
                default:
                    more = reader.Read();
                    break;
            }
        }
        return name is null
            ? null
            : new Domain
            {
                Name = name.Trim(),
                Uuid = Guid.TryParse(uuid, out var value) ? value : null,
                DisplayName = displayName,
                IsRunning = isRunning,
                Interfaces = interfaces,
            };
    }

    /// <summary>nova's <c>nova:instance/nova:name</c>; the namespace's version differs between releases, its local names do not.</summary>
    private static string? ReadDisplayName(XmlReader reader)
    {
        string? displayName = null;
        using var metadata = reader.ReadSubtree();
        var instanceDepth = -1;
        var more = metadata.Read();
        while (more)
        {
            if (metadata.NodeType == XmlNodeType.Element && metadata.NamespaceURI.Contains("openstack.org", StringComparison.Ordinal))
            {
                if (metadata.LocalName == "instance")
                {
                    instanceDepth = metadata.Depth;
                }
                else if (metadata.LocalName == "name" && metadata.Depth == instanceDepth + 1 && displayName is null)
                {
                    displayName = metadata.ReadElementContentAsString().Trim();
                    continue;
                }
            }
            more = metadata.Read();
        }
        return displayName;
    }

    private static DomainInterface ReadInterface(XmlReader reader)
    {
        var type = reader.GetAttribute("type") ?? "";
        string? target = null;
        string? source = null;
        string? interfaceId = null;
        string? model = null;
        MacAddress? address = null;
        int? mtu = null;
        using var element = reader.ReadSubtree();
        element.Read();
        while (element.Read())
        {
            if (element.NodeType != XmlNodeType.Element)
            {
                continue;
            }
            switch (element.LocalName)
            {
                case "target":
                    target ??= element.GetAttribute("dev");
                    break;
                case "source":
                    source ??= element.GetAttribute("bridge") ?? element.GetAttribute("path") ?? element.GetAttribute("network")
                        ?? element.GetAttribute("dev");
                    break;
                case "mac" when MacAddress.TryParse(element.GetAttribute("address"), out var mac):
                    address ??= mac;
                    break;
                case "parameters":
                    interfaceId ??= element.GetAttribute("interfaceid");
                    break;
                case "model":
                    model ??= element.GetAttribute("type");
                    break;
                case "mtu" when int.TryParse(element.GetAttribute("size"), CultureInfo.InvariantCulture, out var size):
                    mtu ??= size;
                    break;
            }
        }
        return new()
        {
            Type = type,
            Target = target,
            Source = source,
            InterfaceId = interfaceId,
            Address = address,
            Model = model,
            Mtu = mtu,
        };
    }
}
