using System.Text.RegularExpressions;

namespace Plumbline.Node.Sources.Texts;

/// <summary>Files of Neutron's agents: configuration in oslo.config's form, and what the DHCP agent writes for dnsmasq.</summary>
internal sealed partial class AgentFileSource : TextSource
{
    private const int Largest = 1 << 20;

    /// <inheritdoc/>
    public override string Command => "openvswitch_agent.ini and other files of agents";

    /// <inheritdoc/>
    public override string Source => "agents";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["bridge_mappings", "firewall_driver", "tunnel_types", "local_ip", "fa:16:3e", "dhcp-"];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        if (text.Raw.Length > Largest)
        {
            return 0;
        }
        var at = text.Where.LastIndexOf("/var/lib/neutron/", StringComparison.Ordinal);
        if (at < 0)
        {
            at = text.Where.LastIndexOf("/etc/neutron/", StringComparison.Ordinal);
        }
        if (at < 0 && !(SectionPattern().IsMatch(text.Raw) && OptionPattern().IsMatch(text.Raw)))
        {
            return 0;
        }
        var path = at < 0 ? Path.GetFileName(text.Where) : text.Where[at..];
        builder.Files.TryAdd(path, new(path, AgentConfiguration.WithoutSecrets(text.Raw)));
        return 1;
    }

    [GeneratedRegex(@"^\[(?:ovs|agent|securitygroup|DEFAULT|ml2\w*)\]\s*$", RegexOptions.Multiline)]
    private static partial Regex SectionPattern();

    [GeneratedRegex(@"^(?:bridge_mappings|firewall_driver|tunnel_types|local_ip)\s*=", RegexOptions.Multiline)]
    private static partial Regex OptionPattern();
}
