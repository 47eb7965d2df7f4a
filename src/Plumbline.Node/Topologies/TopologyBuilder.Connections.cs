using System.Net;

namespace Plumbline.Node.Topologies;

/// <summary>What joins the elements. The end nearer to an instance comes first, where there is such an order.</summary>
internal sealed partial class TopologyBuilder
{
    private void Connect()
    {
        foreach (var vif in _vifs)
        {
            if (vif.Instance is { } instance && (vif.Device ?? vif.HybridBridge ?? vif.OvsEnd) is { } first)
            {
                Join(ConnectionKind.InstanceNic, instance, first);
            }
        }
        foreach (var draft in _drafts.Values.ToList())
        {
            if (draft.Peer is { } peer)
            {
                ConnectPair(draft, peer);
            }
            if (draft.Master is { } master)
            {
                ConnectMember(draft, master);
            }
            if (draft.Below is { } below)
            {
                Join(ConnectionKind.Above, draft, below);
            }
            if (draft.OvsBridge is { } bridge && draft.Port is not null)
            {
                var isWayOn = LeadsAway(draft, bridge);
                Join(ConnectionKind.OvsBridgePort, isWayOn ? bridge : draft, isWayOn ? draft : bridge);
            }
            if (draft.Tunnel?.Remote is { } remote)
            {
                Join(ConnectionKind.Tunnel, draft, RemoteEnd(remote));
            }
        }
    }

    private void ConnectMember(ElementDraft member, ElementDraft master)
    {
        if (master.IsBridge)
        {
            var isWayOn = member.Kind is ElementKind.HybridVethBridgeEnd or ElementKind.Nic or ElementKind.Stacked or ElementKind.Tunnel;
            Join(ConnectionKind.LinuxBridgeMember, isWayOn ? master : member, isWayOn ? member : master);
        }
        else if (master.Kind == ElementKind.Stacked)
        {
            Join(ConnectionKind.Above, master, member);
        }
    }

    private void ConnectPair(ElementDraft a, ElementDraft b)
    {
        var kind = a.Row?.Type == "patch" ? ConnectionKind.PatchPair : ConnectionKind.VethPair;
        var (from, to) = Depth(a) < Depth(b) || Depth(a) == Depth(b) && string.CompareOrdinal(a.Id, b.Id) <= 0 ? (a, b) : (b, a);
        Join(kind, from, to);

        static int Depth(ElementDraft end) => end.Kind switch
        {
            ElementKind.HybridVethBridgeEnd => -2,
            ElementKind.HybridVethOvsEnd => -1,
            // inside a namespace is nearer to whoever lives there
            _ when end.OvsBridge is null && end.Master is null => -1,
            _ => end.OvsBridge is { Level: < int.MaxValue } bridge ? 2 * bridge.Level + (IsTrunkEnd(end) ? -1 : 0) : 0,
        };
    }

    /// <summary>The trunk bridge's end of a patch (tpt-, spt-): the instance is on that side, though both bridges hold VIFs.</summary>
    private static bool IsTrunkEnd(ElementDraft end) => IsNeutronName("tpt-", end.Name) || IsNeutronName("spt-", end.Name);

    private static bool LeadsAway(ElementDraft port, ElementDraft bridge)
    {
        if (LeadsToBridge(port))
        {
            return IsTrunkEnd(port)
                || port.Peer?.OvsBridge is not { } other
                || (other.Level == bridge.Level ? !IsTrunkEnd(port.Peer) : other.Level > bridge.Level);
        }
        return port.Kind is ElementKind.Tunnel or ElementKind.Nic or ElementKind.Stacked or ElementKind.Monitor or ElementKind.Patch;
    }

    private ElementDraft RemoteEnd(IPAddress address)
    {
        var id = $"remote:{address}";
        if (_drafts.TryGetValue(id, out var draft))
        {
            return draft;
        }
        draft = Add(id, address.ToString(), null);
        draft.Kind = ElementKind.RemoteEnd;
        draft.IPAddresses.Add(address.ToString());
        return draft;
    }
}
