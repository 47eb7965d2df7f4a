using System.Xml;
using Plumbline.Neutron;

namespace Plumbline.Operations.Labs;

/// <summary>The running VM's file as libvirt keeps it in /run/libvirt/qemu, as far as a reader of the network needs it.</summary>
internal static class DomainFile
{
    public static void Write(LabDescription lab, LabNode node, LabInstance instance)
    {
        using var xml = XmlWriter.Create(
            $"{node.Access.LibvirtDirectories[0]}/{instance.DomainName}.xml", new() { Indent = true, OmitXmlDeclaration = true });
        xml.WriteStartElement("domstatus");
        xml.WriteAttributeString("state", "running");
        xml.WriteAttributeString("reason", "booted");
        xml.WriteStartElement("domain");
        xml.WriteAttributeString("type", "kvm");
        xml.WriteElementString("name", instance.DomainName);
        xml.WriteElementString("uuid", instance.Id);
        WriteMetadata(xml, instance);
        xml.WriteStartElement("devices");
        WriteInterface(xml, lab, instance);
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void WriteMetadata(XmlWriter xml, LabInstance instance)
    {
        const string Nova = "http://openstack.org/xmlns/libvirt/nova/1.1";
        xml.WriteStartElement("metadata");
        xml.WriteStartElement("nova", "instance", Nova);
        xml.WriteElementString("nova", "name", Nova, instance.Name);
        xml.WriteStartElement("nova", "ports", Nova);
        xml.WriteStartElement("nova", "port", Nova);
        xml.WriteAttributeString("uuid", instance.PortId);
        xml.WriteStartElement("nova", "ip", Nova);
        xml.WriteAttributeString("type", "fixed");
        xml.WriteAttributeString("address", instance.Address.ToString());
        xml.WriteAttributeString("ipVersion", "4");
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void WriteInterface(XmlWriter xml, LabDescription lab, LabInstance instance)
    {
        xml.WriteStartElement("interface");
        xml.WriteAttributeString("type", "bridge");
        WriteEmpty(xml, "mac", "address", instance.Mac.ToString());
        WriteEmpty(xml, "source", "bridge", lab.IsHybrid ? DeviceNames.HybridBridge(instance.PortId) : "br-int");
        WriteEmpty(xml, "target", "dev", instance.Tap);
        WriteEmpty(xml, "model", "type", "virtio");
        WriteEmpty(xml, "mtu", "size", XmlConvert.ToString(lab.Mtu));
        WriteEmpty(xml, "alias", "name", "net0");
        xml.WriteEndElement();
    }

    private static void WriteEmpty(XmlWriter xml, string name, string attribute, string value)
    {
        xml.WriteStartElement(name);
        xml.WriteAttributeString(attribute, value);
        xml.WriteEndElement();
    }
}
