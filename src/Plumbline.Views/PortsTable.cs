using System.Globalization;
using System.Text;
using Plumbline.Node.Topologies;
using Plumbline.Views.Json;
using Plumbline.Views.Text;

namespace Plumbline.Views;

/// <summary>
/// One line a VIF (<c>plumb ports</c>). In a pipe all columns, as wide as they need; on a terminal the columns that matter least are
/// left out until the rest fits, which the last line says, and troubles go beneath.
/// </summary>
public static class PortsTable
{
    /// <summary>The table as text.</summary>
    public static string Render(Topology topology, RenderOptions options)
    {
        var index = new TopologyIndex(topology);
        var part = options.Focus is { } focus ? Selection.Of(index, focus) : null;
        var vifs = topology.Vifs.Where(vif => part?.Contains(vif) ?? true).ToList();
        var output = new StringBuilder();
        if (vifs.Count == 0)
        {
            new StyledText("no ports of instances, DHCP servers or routers are known here", Shade.Faint)
                .WriteLine(output, options.Colour);
            return output.ToString();
        }
        var table = new Columns([
            new("OWNER", 0), new("IP", 0), new("MAC", 5), new("DEVICE", 0), new("BRIDGE", 2), new("VLAN", 0),
            new("SEGMENT", 6), new("NETWORK", 3), new("PLUG", 1), new("STATE", 0), new("PORT", 4),
            new("TROUBLES", Columns.Beneath)]);
        foreach (var vif in vifs)
        {
            table.Add([
                Owner(vif), new(Words.AddressesOf(vif.IPAddresses), Shade.Address), new(vif.Address?.ToString() ?? ""),
                new(index.Find(vif.Device ?? vif.OvsEnd)?.Name ?? ""), new(BridgeOf(index, vif), Shade.Bridge), Vlan(vif),
                new(vif.Network is { } network ? Words.SegmentOf(network) ?? "" : "", Shade.Network), new(vif.Network?.Name ?? vif.Network?.Id ?? ""),
                new(Words.Of(vif.Plug)), State(vif), new(vif.PortId ?? ""),
                new(string.Join("; ", vif.Troubles), Shade.Bad)]);
        }
        table.Write(output, options);
        return output.ToString();
    }

    /// <summary>The list as JSON; docs/json.md is its schema.</summary>
    public static string RenderJson(Topology topology, RenderOptions options)
    {
        var part = options.Focus is { } focus ? Selection.Of(new(topology), focus) : null;
        return JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("format", "plumbline.ports");
            writer.WriteNumber("version", TopologyJson.Version);
            writer.WriteArray("vifs", topology.Vifs.Where(vif => part?.Contains(vif) ?? true), VifJson.Write);
            writer.WriteEndObject();
        });
    }

    private static StyledText Owner(Vif vif) => vif.Owner == VifOwner.Instance
        ? new(Words.NameOf(vif), Shade.Instance)
        : new(vif.Namespace is { Length: > 0 } space ? $"{Words.NameOf(vif)} {Short(space)}" : Words.NameOf(vif));

    // qdhcp-3f2c09f6-…: the kind is the owner's already; eight characters of the UUID tell namespaces of a node apart
    private static string Short(string space)
    {
        var dash = space.IndexOf('-', StringComparison.Ordinal);
        return dash > 0 && Guid.TryParse(space.AsSpan(dash + 1), CultureInfo.InvariantCulture, out _)
            ? space.Substring(dash + 1, 8)
            : space;
    }

    private static string BridgeOf(TopologyIndex index, Vif vif) =>
        vif.OvsBridge ?? index.DevicesOf(vif).Select(index.BridgeOf).LastOrDefault(bridge => bridge is not null)?.Name ?? "";

    private static StyledText Vlan(Vif vif) => vif.LocalVlan switch
    {
        null => new(),
        Words.DeadVlan => new("4095 dead", Shade.Bad),
        { } vlan => new(Words.Text(vlan), Shade.Network),
    };

    private static StyledText State(Vif vif) => new(Words.Of(vif.State), vif.State switch
    {
        ElementState.Down or ElementState.Missing => Shade.Bad,
        ElementState.Unknown => Shade.Faint,
        _ => Shade.Plain,
    });
}
