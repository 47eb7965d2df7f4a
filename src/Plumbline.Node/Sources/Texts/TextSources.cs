using System.Text;

namespace Plumbline.Node.Sources.Texts;

/// <summary>Every command whose output is understood, those that tell most first: what is told first stands, later ones fill gaps.</summary>
internal static class TextSources
{
    /// <summary>In the order in which they are asked.</summary>
    public static IReadOnlyList<TextSource> All { get; } =
    [
        new HostnameSource(),
        new SystemSource(),
        new OvsTableJsonSource(),
        new OvsTableTextSource(),
        new OvsLogSource(),
        new OvsShowSource(),
        new OvsNamesSource(),
        new OvsGetSource(),
        new OvsRefusalSource(),
        new IpJsonSource(),
        new IpTextSource(),
        new IpBriefSource(),
        new IfconfigSource(),
        new BridgeControlSource(),
        new BridgeStpSource(),
        new NamespaceListSource(),
        new ForwardingJsonSource(),
        new IpRouteSource(),
        new RouteTableSource(),
        new IpNeighbourSource(),
        new ArpSource(),
        new IpRuleSource(),
        new BridgeFdbSource(),
        new BridgeMacsSource(),
        new BridgeVlanSource(),
        new DomainXmlSource(),
        new DomainListSource(),
        new DomainInterfacesSource(),
        new OpenFlowSource(),
        new DatapathSource(),
        new FrameRulesSource(),
        new NftSource(),
        new IptablesSaveSource(),
        new IptablesListSource(),
        new IpsetSaveSource(),
        new IpsetXmlSource(),
        new IpsetListSource(),
        new SysctlSource(),
        new ConntrackSource(),
        new EthtoolSource(),
        new SocketSource(),
        new ProcessSource(),
        new NeutronApiSource(),
        new AgentFileSource(),
        new UnreadSource(),
    ];

    private static readonly Lazy<byte[][]> _allMarkers = new(
        () => [.. All.SelectMany(source => source.Markers).Distinct(StringComparer.Ordinal).Select(Encoding.UTF8.GetBytes)]);

    /// <summary>The longest text that every source looks through; a longer one only where a source's words stand in it.</summary>
    private const int ShortText = 32 << 10;

    /// <summary>The command's output is read whole or not at all.</summary>
    public static bool NeedsWhole(string command) => command.Contains("dump-flows", StringComparison.Ordinal) || command.Contains("dump-groups", StringComparison.Ordinal)
        || command.Contains(" route", StringComparison.Ordinal) || command.Contains(" rule", StringComparison.Ordinal) || command.StartsWith("ss ", StringComparison.Ordinal)
        || command.StartsWith("netstat ", StringComparison.Ordinal) || command.StartsWith("route ", StringComparison.Ordinal)
        || command.StartsWith("ipset ", StringComparison.Ordinal) || command.Contains("vsctl list ", StringComparison.Ordinal)
        || command.Contains("vsctl find ", StringComparison.Ordinal) || command.StartsWith("ovsdb-client", StringComparison.Ordinal);

    /// <summary>A source may find something in <paramref name="text"/>.</summary>
    public static bool MayTell(ReadOnlySpan<byte> text)
    {
        if (text.Length <= ShortText)
        {
            return true;
        }
        foreach (var marker in _allMarkers.Value)
        {
            if (text.IndexOf(marker) >= 0)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary><paramref name="source"/> may find something in <paramref name="text"/>.</summary>
    public static bool MayTell(TextSource source, PastedText text)
    {
        var markers = source.Markers;
        if (markers.Count == 0 || text.Raw.Length <= ShortText)
        {
            return true;
        }
        foreach (var marker in markers)
        {
            if (text.Raw.Contains(marker, StringComparison.Ordinal))
            {
                return true;
            }
        }
        return false;
    }
}
