using System.Globalization;
using Plumbline.Node.Topologies;

namespace Plumbline.Views.Svg;

/// <summary>Texts of the drawing.</summary>
internal static class SvgWords
{
    /// <summary>All facts of an element, a line each.</summary>
    public static string Tooltip(Element element)
    {
        var lines = new List<string> { $"{element.Name}: {Words.Of(element.Kind)}" };
        Add("state", element.State == ElementState.Unknown ? null : Words.Of(element.State));
        Add("namespace", element.Namespace is { Length: > 0 } space ? space : null);
        Add("OVS bridge", element.OvsBridge);
        Add("VLAN", element.Vlan);
        Add("OpenFlow port", element.OfPort);
        Add("ifindex", element.IfIndex);
        Add("MAC", element.Address?.ToString());
        Add("MTU", element.Mtu);
        foreach (var address in element.IPAddresses)
        {
            lines.Add(address);
        }
        if (element.Tunnel is { } tunnel)
        {
            lines.Add($"{tunnel.Type} from {tunnel.Local?.ToString() ?? "any address"} to {tunnel.Remote?.ToString() ?? "whatever the flow says"}");
            Add("key", tunnel.Key);
        }
        Add("Neutron port", element.NeutronPort);
        Add("note", element.Note);
        lines.AddRange(element.Troubles.Select(trouble => $"! {trouble}"));
        return string.Join('\n', lines);

        void Add(string name, object? value)
        {
            if (value is not null)
            {
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"{name} {value}"));
            }
        }
    }

    /// <summary>The word that a port bears when it is not as it should be; null where nothing is wrong.</summary>
    public static string? BadgeOf(Element element) => element switch
    {
        { State: ElementState.Missing } => "MISSING",
        { State: ElementState.Down, Kind: not (ElementKind.Other or ElementKind.OvsInternal or ElementKind.OvsBridge) } => "DOWN",
        { Troubles.Count: > 0 } => "TROUBLE",
        _ => null,
    };

    /// <summary>Addresses for a row: as many as are short enough, at least one, and how many more.</summary>
    public static string AddressesOf(IReadOnlyList<string> addresses)
    {
        const int Room = 28;
        var all = Words.AddressesOf(addresses).Split(", ", StringSplitOptions.RemoveEmptyEntries);
        var shown = all.Length;
        while (shown > 1 && all.Take(shown).Sum(address => address.Length + 2) > Room)
        {
            shown--;
        }
        var text = string.Join(", ", all[..shown]);
        return shown == all.Length ? text : string.Create(CultureInfo.InvariantCulture, $"{text} +{all.Length - shown}");
    }
}
