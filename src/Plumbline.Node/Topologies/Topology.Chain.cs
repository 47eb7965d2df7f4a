namespace Plumbline.Node.Topologies;

public sealed partial record Topology
{
    /// <summary>
    /// A VIF's chain as a frame from the instance meets it: instance, tap, qbr, qvb, qvo, br-int, then each way on (patch, br-tun,
    /// tunnels; patch, provider bridge, NIC). What is missing in between is a gap: the next element that exists follows. Where the
    /// network's type is known, ways that it does not take (tunnels of another type, bridges of another physical network) are left out.
    /// </summary>
    public IReadOnlyList<Element> ChainOf(Vif vif)
    {
        var chain = new List<Element>();
        var seen = new HashSet<string>();
        Append(vif.Instance);
        Append(vif.Device);
        Append(vif.HybridBridge);
        Append(vif.BridgeEnd);
        Append(vif.OvsEnd);
        if (vif.OvsBridge is { } name && Find($"ovs-bridge:{name}") is { } bridge)
        {
            Append(bridge.Id);
            foreach (var element in WaysOn(bridge, vif.Network, seen))
            {
                Append(element.Id);
            }
        }
        else if (vif.Device is not null)
        {
            FollowLinuxBridge(vif.Device);
        }
        return chain;

        void Append(string? id)
        {
            if (id is not null && !chain.Exists(e => e.Id == id) && Find(id) is { } element)
            {
                seen.Add(id);
                chain.Add(element);
            }
        }

        // no OVS: the bridge, and what leads out of it
        void FollowLinuxBridge(string device)
        {
            foreach (var member in ConnectionsOf(device).Where(c => c.Kind == ConnectionKind.LinuxBridgeMember && c.From == device))
            {
                Append(member.To);
                foreach (var way in ConnectionsOf(member.To).Where(c => c.Kind == ConnectionKind.LinuxBridgeMember && c.From == member.To))
                {
                    Append(way.To);
                    Descend(way.To);
                }
            }
        }

        void Descend(string id)
        {
            foreach (var below in ConnectionsOf(id).Where(c => c.From == id && c.Kind is ConnectionKind.Above or ConnectionKind.Tunnel))
            {
                if (!seen.Contains(below.To))
                {
                    Append(below.To);
                    Descend(below.To);
                }
            }
        }
    }

    /// <summary>Out of an OVS bridge: its own tunnels and NICs, then through patches into further bridges that lead anywhere.</summary>
    private List<Element> WaysOn(Element bridge, Network? network, IReadOnlySet<string> seen)
    {
        var result = new List<Element>();
        var visited = new HashSet<string>(seen) { bridge.Id };
        Leave(bridge, result);
        return result;

        bool Leave(Element from, List<Element> found)
        {
            var leads = false;
            foreach (var port in PortsOf(from))
            {
                switch (port.Kind)
                {
                    case ElementKind.Tunnel when TakesTunnel(network, port):
                        leads = true;
                        found.Add(port);
                        found.AddRange(Others(port, ConnectionKind.Tunnel));
                        break;
                    case ElementKind.Nic or ElementKind.Stacked when TakesBridge(network, from):
                        leads = true;
                        found.Add(port);
                        found.AddRange(Others(port, ConnectionKind.Above));
                        break;
                    // a trunk bridge hangs on br-int, but nothing leaves the node by it
                    case ElementKind.Patch or ElementKind.Veth when !port.Name.StartsWith("tpi-", StringComparison.Ordinal)
                        && !port.Name.StartsWith("spi-", StringComparison.Ordinal):
                        leads |= Cross(port, found);
                        break;
                }
            }
            return leads;
        }

        bool Cross(Element port, List<Element> found)
        {
            var end = ConnectionsOf(port.Id).Where(c => c.Kind is ConnectionKind.PatchPair or ConnectionKind.VethPair)
                .Select(c => Find(c.From == port.Id ? c.To : c.From)).FirstOrDefault(e => e?.OvsBridge is not null);
            var next = end is null ? null : Find($"ovs-bridge:{end.OvsBridge}");
            if (end is null || next is null || !visited.Add(next.Id))
            {
                return false;
            }
            var beyond = new List<Element>();
            var leads = Leave(next, beyond);
            // with the type known, a bridge that leads nowhere for this network is not on its way
            if (!leads && network?.Type is not null)
            {
                return false;
            }
            found.Add(port);
            found.Add(end);
            found.Add(next);
            found.AddRange(beyond);
            return leads;
        }

        IEnumerable<Element> PortsOf(Element from) => ConnectionsOf(from.Id)
            .Where(c => c.Kind == ConnectionKind.OvsBridgePort)
            .Select(c => Find(c.From == from.Id ? c.To : c.From)!) // connections join elements only
            .Where(e => e.OvsBridge == from.Name)
            .OrderBy(e => e.Kind).ThenBy(e => e.Name, StringComparer.Ordinal);

        IEnumerable<Element> Others(Element of, ConnectionKind kind) =>
            ConnectionsOf(of.Id).Where(c => c.Kind == kind && c.From == of.Id).Select(c => Find(c.To)!).Where(e => visited.Add(e.Id));
    }

    private static bool TakesTunnel(Network? network, Element tunnel) => network?.Type switch
    {
        null => true,
        "vlan" or "flat" or "local" => false,
        var type => tunnel.Tunnel?.Type.EndsWith(type, StringComparison.Ordinal) == true,
    };

    /// <summary>
    /// The bridge is on the way of a network that leaves by hardware. Which bridge serves which physical network is in the agent's file,
    /// not in the database; OVN writes it there, and a bridge is often named after it. Where neither tells, every one may be it.
    /// </summary>
    private bool TakesBridge(Network? network, Element bridge)
    {
        if (network?.Type is not { } type)
        {
            return true;
        }
        if (type is not ("vlan" or "flat"))
        {
            return false;
        }
        var physical = network.PhysicalNetwork;
        if (physical is null)
        {
            return true;
        }
        var mapped = (Snapshot.Ovs?.ExternalIds.GetValueOrDefault("ovn-bridge-mappings") ?? "").Split(',', StringSplitOptions.TrimEntries)
            .Select(m => m.Split(':')).FirstOrDefault(m => m.Length == 2 && m[0] == physical)?[1];
        mapped ??= Find($"ovs-bridge:br-{physical}")?.Name ?? Find($"ovs-bridge:{physical}")?.Name;
        return mapped is null || mapped == bridge.Name;
    }
}
