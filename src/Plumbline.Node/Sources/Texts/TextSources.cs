namespace Plumbline.Node.Sources.Texts;

/// <summary>Every command whose output is understood, those that tell most first: what is told first stands, later ones fill gaps.</summary>
internal static class TextSources
{
    /// <summary>In the order in which they are asked.</summary>
    public static IReadOnlyList<TextSource> All { get; } =
    [
        new HostnameSource(),
        new OvsTableJsonSource(),
        new OvsShowSource(),
        new IpJsonSource(),
        new IpTextSource(),
        new BridgeControlSource(),
        new NamespaceListSource(),
        new DomainXmlSource(),
        new IptablesSaveSource(),
        new IptablesListSource(),
        new IpsetSaveSource(),
        new IpsetListSource(),
        new SysctlSource(),
    ];
}
