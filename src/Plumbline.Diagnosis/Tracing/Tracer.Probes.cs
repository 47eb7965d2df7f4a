using System.Net;
using System.Net.Sockets;
using Plumbline.Diagnosis.Observing;

namespace Plumbline.Diagnosis.Tracing;

public sealed partial class Tracer
{
    /// <summary>
    /// Which echoes may be sent beside a question: to a VM that is one of its ends, from the namespace of a router or DHCP server in that
    /// VM's own network, one to each end. They go where that network's own services send every day, and to nobody else.
    /// </summary>
    /// <remarks>Each is traced itself: what is predicted of it stands in it.</remarks>
    /// <exception cref="DiagnosisException">An end of the question is unknown or ambiguous.</exception>
    public TraceProbePlan PlanProbes(TraceQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var ends = new TraceEnds(_fabric, question).Find();
        var probes = new List<TraceProbe>();
        var reasons = new List<string>();
        foreach (var (nic, address, name, otherNode, otherSpace) in ends.GuestEnds())
        {
            if (ends.SenderIsForged)
            {
                reasons.Add("the question is about a foreign address");
                continue;
            }
            var spaces = ServersOf(nic, address).OrderByDescending(s => ReferenceEquals(s, otherSpace)).ThenByDescending(s => s.Node.Name == otherNode)
                .ThenByDescending(s => s.Name.StartsWith("qdhcp-", StringComparison.Ordinal)).ToList();
            if (spaces.Count == 0)
            {
                reasons.Add($"no router or DHCP namespace of {name}'s network is on the nodes that were asked");
                continue;
            }
            probes.Add(Predict(spaces[0], nic, address, name, question.Size));
        }
        return new(probes, probes.Count > 0 ? null : reasons.Count > 0 ? string.Join("; ", reasons.Distinct()) : "neither end is a VM of these nodes");
    }

    private TraceProbe Predict(TraceSpace space, GuestNic nic, IPAddress address, string name, int? size)
    {
        var predicted = Ask(new()
        {
            From = space.Name,
            FromNode = space.Node.Name,
            To = nic.Vif.PortId ?? address.ToString(),
            Family = address.AddressFamily,
            ToAddress = address,
            Size = size,
        });
        return new() { Node = space.Node.Name, Namespace = space.Name, Target = address, TargetName = name, Size = size, Predicted = predicted };
    }

    /// <summary>Namespaces of routers and DHCP servers with an address on the VM's own link.</summary>
    private IEnumerable<TraceSpace> ServersOf(GuestNic nic, IPAddress address)
    {
        foreach (var space in _fabric.Nodes.SelectMany(n => n.Spaces))
        {
            var isDhcp = space.Name.StartsWith("qdhcp-", StringComparison.Ordinal);
            if (!isDhcp && !space.Name.StartsWith("qrouter-", StringComparison.Ordinal))
            {
                continue;
            }
            foreach (var own in space.Facts.Addresses)
            {
                if (TraceFabric.SameFamily(own.Address, address) && own.Address.IsIPv6LinkLocal == address.IsIPv6LinkLocal
                    && own.PrefixLength < (address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)
                    && new IPNetwork(TraceSpace.Masked(own.Address, own.PrefixLength), own.PrefixLength).Contains(address)
                    && space.Link(own.IfIndex) is { } device && IsOfNetwork(space, isDhcp, device.Name, nic, address))
                {
                    yield return space;
                    break;
                }
            }
        }
    }

    /// <summary>Subnets may overlap: the network must be told to be the VM's, or nobody else may have its address.</summary>
    private bool IsOfNetwork(TraceSpace space, bool isDhcp, string device, GuestNic nic, IPAddress address)
    {
        var told = space.Node.Port(device)?.Port.OtherConfig.GetValueOrDefault("net_uuid") is { Length: > 0 } id ? id
            : isDhcp ? Neutron.DeviceNames.DhcpNetworkId(space.Name) : null;
        return told is not null && nic.NetworkId is not null ? told == nic.NetworkId : _fabric.Guests.WithAddress(address).Count() == 1;
    }
}
