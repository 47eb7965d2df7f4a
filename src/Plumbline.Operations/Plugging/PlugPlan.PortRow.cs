namespace Plumbline.Operations.Plugging;

internal static partial class PlugPlan
{
    /// <summary>other_config keys by which Neutron's agent tells a network; copied from a port that has them.</summary>
    private static readonly string[] _networkKeys = ["net_uuid", "network_type", "physical_network", "segmentation_id"];

    /// <summary>A local VLAN for a port, and what other_config says of it.</summary>
    /// <param name="Tag">The VLAN.</param>
    /// <param name="OtherConfig">Keys to write.</param>
    /// <param name="IsFresh">Nobody on the bridge has it: it must still be so when the row is written.</param>
    private sealed record LocalVlan(int Tag, IReadOnlyDictionary<string, string> OtherConfig, bool IsFresh);

    private static void PlanPortRow(List<PlugStep> steps, PlugFacts facts, PlugOptions options, PlugNames names)
    {
        var externalIds = new Dictionary<string, string>
        {
            ["attached-mac"] = options.Address.ToString(),
            ["iface-id"] = options.PortId,
            ["iface-status"] = "active",
        };
        if (options.InstanceId is { } instance)
        {
            externalIds["vm-uuid"] = instance;
        }
        if (options.InstanceName is { } name)
        {
            externalIds[HybridPlug.InstanceNameKey] = name;
        }
        var port = facts.FindPort(names.OvsEnd);
        var vlan = ChooseVlan(facts, options, names);
        if (port is null)
        {
            steps.Add(new PlugStep.AddPortRow(options.Bridge, names.OvsEnd, vlan?.Tag,
                vlan?.OtherConfig ?? new Dictionary<string, string>(), externalIds, vlan?.IsFresh ?? false));
            return;
        }
        var change = new PortRowChange
        {
            WritesTag = vlan is not null && port.Tag != vlan.Tag,
            Tag = vlan?.Tag,
            ClearsTrunk = vlan is not null && port.IsTrunk,
            OtherConfig = Missing(vlan?.OtherConfig, port.OtherConfig),
            ExternalIds = Missing(externalIds, port.ExternalIds),
        };
        if (!change.IsEmpty)
        {
            steps.Add(new PlugStep.ChangePortRow(port, change, vlan is { IsFresh: true } && change.WritesTag));
        }
        if (port.Type == PlugStep.OpenInterface.ClosedType || steps.Exists(s => s is PlugStep.CloseInterface)
            || port.OfPort is null or <= 0)
        {
            steps.Add(new PlugStep.OpenInterface(port.Name, port.InterfaceUuid));
        }
    }

    private static Dictionary<string, string?> Missing(
        IReadOnlyDictionary<string, string>? wanted, IReadOnlyDictionary<string, string> present) =>
        (wanted ?? new Dictionary<string, string>())
            .Where(p => !string.Equals(present.GetValueOrDefault(p.Key), p.Value, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(p => p.Key, p => (string?)p.Value);

    private static LocalVlan? ChooseVlan(PlugFacts facts, PlugOptions options, PlugNames names)
    {
        // 4095 is nobody's: what is shut away there tells its old network in other_config
        var others = facts.Ports
            .Where(p => p.Bridge == options.Bridge && p.Name != names.OvsEnd && p.Tag is >= 1 and <= LastTag)
            .ToList();
        var sibling = options.NetworkId is null
            ? others.FirstOrDefault(p => p.Tag == options.Tag && p.OtherConfig.ContainsKey("net_uuid"))
            : others.FirstOrDefault(p => p.OtherConfig.GetValueOrDefault("net_uuid") == options.NetworkId);
        if (options.NetworkId is null)
        {
            return options.Tag is { } asked ? new(asked, Describe(asked, sibling, options), IsFresh: false) : null;
        }
        if (sibling?.Tag is { } shared)
        {
            return options.Tag is { } other && other != shared
                ? throw Problems.NetworkHasAnotherTag(options.NetworkId, shared, other)
                : new(shared, Describe(shared, sibling, options), IsFresh: false);
        }
        if (options.Tag is { } wanted)
        {
            return others.FirstOrDefault(p => p.Tag == wanted && p.OtherConfig.ContainsKey("net_uuid")) is { } stranger
                ? throw Problems.TagOfAnotherNetwork(wanted, options.Bridge, stranger.OtherConfig["net_uuid"])
                : new(wanted, Describe(wanted, null, options), IsFresh: false);
        }
        // this port alone holds the network already: it keeps its VLAN
        if (facts.FindPort(names.OvsEnd) is { Tag: >= 1 and <= LastTag } own
            && own.OtherConfig.GetValueOrDefault("net_uuid") == options.NetworkId)
        {
            return new(own.Tag.Value, Describe(own.Tag.Value, own, options), IsFresh: false);
        }
        var taken = facts.Ports.Select(p => p.Tag).ToHashSet();
        var free = Enumerable.Range(1, LastTag).FirstOrDefault(t => !taken.Contains(t));
        return free == 0 ? throw Problems.NoFreeTag(options.Bridge) : new(free, Describe(free, null, options), IsFresh: true);
    }

    /// <summary>other_config as the agent writes it: of a sibling's network, else of what the options tell.</summary>
    private static Dictionary<string, string> Describe(int tag, PlugPort? sibling, PlugOptions options)
    {
        var config = new Dictionary<string, string> { ["tag"] = Text(tag) };
        foreach (var key in _networkKeys)
        {
            if (sibling?.OtherConfig.GetValueOrDefault(key) is { } value)
            {
                config[key] = value;
            }
        }
        if (options.NetworkId is { } network)
        {
            config["net_uuid"] = network;
        }
        if (sibling is null && options.NetworkType is { } type)
        {
            config["network_type"] = type;
            // Neutron writes Python's None for a network without a physical one
            config["physical_network"] = "None";
            if (options.SegmentationId is { } segment)
            {
                config["segmentation_id"] = Text(segment);
            }
        }
        return config;
    }
}
