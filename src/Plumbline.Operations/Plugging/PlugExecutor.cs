using System.Diagnostics;
using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Ovsdb;

namespace Plumbline.Operations.Plugging;

/// <summary>Carries steps out on a node, one by one.</summary>
internal sealed partial class PlugExecutor(
    RouteNetlink netlink, NetworkNamespace? networkNamespace, OvsdbSession session, TimeSpan appliedTimeout)
{
    /// <summary>False once ovs-vswitchd did not answer in time: what is undone then is undone in the database, without waiting again.</summary>
    private bool _isAnswered = true;

    /// <summary>The Port row that this run added.</summary>
    private Guid? _added;

    /// <summary>The server never answered whether it had added the row.</summary>
    private bool _mayHaveAdded;

    public async Task ExecuteAsync(PlugStep step, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case PlugStep.CreateHybridBridge s:
                netlink.CreateLink(new() { Name = s.Name, Kind = "bridge", Bridge = PlugPlan.BridgeSettings });
                break;
            case PlugStep.SetBridge s:
                Change(s.Name, new() { Bridge = s.Settings });
                break;
            case PlugStep.SetSysctl s:
                SetSysctl(s);
                break;
            case PlugStep.SetState s:
                Change(s.Name, new() { Up = s.Up });
                break;
            case PlugStep.CreateVeth s:
                netlink.CreateLink(new()
                {
                    Name = s.BridgeEnd,
                    Kind = "veth",
                    Mtu = s.Mtu,
                    Peer = new() { Name = s.OvsEnd, Kind = "veth", Mtu = s.Mtu },
                });
                break;
            case PlugStep.SetMtu s:
                Change(s.Name, new() { Mtu = s.Mtu });
                break;
            case PlugStep.SetMaster s:
                Change(s.Name, new() { MasterIndex = s.Master is null ? 0 : Find(s.Master).IfIndex });
                break;
            case PlugStep.SetAside s:
                Rename(s.Name, s.Aside, up: false);
                break;
            case PlugStep.PutBack s:
                Rename(s.Aside, s.Name, s.WasUp);
                break;
            case PlugStep.DeleteLink s:
                if (netlink.FindLink(s.Name) is { } link)
                {
                    netlink.DeleteLink(link.IfIndex);
                }
                break;
            case PlugStep.AddPortRow s:
                await AddPortRowAsync(s, cancellationToken);
                break;
            case PlugStep.ChangePortRow s:
                await ChangePortRowAsync(s, cancellationToken);
                break;
            case PlugStep.RemovePortRow s:
                await RemovePortRowAsync(s, cancellationToken);
                break;
            case PlugStep.CloseInterface s:
                await SetTypeAsync(s.InterfaceUuid, PlugStep.OpenInterface.ClosedType, cancellationToken);
                break;
            case PlugStep.OpenInterface s:
                await SetTypeAsync(s.InterfaceUuid, "", cancellationToken);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private Link Find(string name) => netlink.FindLink(name) ?? throw Problems.LinkGone(name);

    private void Change(string name, LinkChange change) => netlink.ChangeLink(Find(name).IfIndex, change);

    /// <summary>Older kernels rename only what is down.</summary>
    private void Rename(string from, string to, bool up)
    {
        if (netlink.FindLink(from)?.IfIndex is not { } index)
        {
            return; // undoing a SetAside that failed before it renamed
        }
        netlink.ChangeLink(index, new() { Up = false });
        netlink.ChangeLink(index, new() { Name = to });
        if (up)
        {
            netlink.ChangeLink(index, new() { Up = true });
        }
    }

    private void SetSysctl(PlugStep.SetSysctl step)
    {
        // a kernel without IPv6 has nothing to switch off
        if (!Sysctl.Write(networkNamespace, step.Key, step.Value) && !step.Key.StartsWith("net/ipv6/", StringComparison.Ordinal))
        {
            throw Problems.LinkGone(step.Key);
        }
    }
}
