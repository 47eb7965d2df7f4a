using System.Net;
using Plumbline.Node.Facts;
using Plumbline.Primitives;

namespace Plumbline.Node.Topologies;

/// <summary>A VIF while it is put together.</summary>
internal sealed class VifDraft(VifOwner owner, VifPlug plug)
{
    public VifOwner Owner { get; } = owner;

    public VifPlug Plug { get; set; } = plug;

    public string? PortId { get; set; }

    public Domain? Domain { get; set; }

    public DomainInterface? DomainInterface { get; set; }

    public string? InstanceId { get; set; }

    public string? InstanceName { get; set; }

    public ElementDraft? Instance { get; set; }

    public MacAddress? Address { get; set; }

    public ElementDraft? Device { get; set; }

    public ElementDraft? HybridBridge { get; set; }

    public ElementDraft? BridgeEnd { get; set; }

    public ElementDraft? OvsEnd { get; set; }

    /// <summary>What OVS knows of it: the row with iface-id.</summary>
    public ElementDraft? Row => OvsEnd ?? (Device?.OvsBridge is null ? null : Device);

    public Network? Network { get; set; }

    /// <summary>The guest's or port's addresses, without link-local ones.</summary>
    public List<IPAddress> IPAddresses { get; } = [];

    /// <summary>Troubles of the chain as a whole, already led by a name.</summary>
    public List<Trouble> Troubles { get; } = [];

    /// <summary>A part that must be there is known not to be.</summary>
    public bool LacksPart { get; set; }

    /// <summary>A part that must be there is not told.</summary>
    public bool HasUntoldPart { get; set; }

    /// <summary>Those of the chain that are told, each once.</summary>
    public ElementDraft[] Parts
    {
        get
        {
            ElementDraft?[] chain = [Device, HybridBridge, BridgeEnd, OvsEnd];
            var count = 0;
            foreach (var part in chain)
            {
                if (part is not null && chain.AsSpan(0, count).IndexOf(part) < 0)
                {
                    chain[count++] = part;
                }
            }
            return chain.AsSpan(0, count).ToArray()!;
        }
    }

    public void AddAddress(IPAddress address)
    {
        if (!address.IsIPv6LinkLocal && !IPAddresses.Contains(address))
        {
            IPAddresses.Add(address);
        }
    }
}
