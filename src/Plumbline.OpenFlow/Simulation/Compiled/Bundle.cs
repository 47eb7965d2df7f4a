namespace Plumbline.OpenFlow.Simulation.Compiled;

/// <summary>A port as NORMAL sees it: a bond's members together.</summary>
internal sealed class Bundle(PortFacts first)
{
    public PortFacts First { get; } = first;

    public List<PortFacts> Members { get; } = [first];

    public VlanMode Mode { get; } = first.Mode;

    /// <summary>Its own VLAN: 0 where it has none.</summary>
    public int Vlan { get; } = first.Tag is { } tag and >= 0 and <= 4095 ? tag : 0;

    public bool IsFloodable => Members.TrueForAll(m => !m.NoFlood);

    public bool IsMirrorOutput => Members.Exists(m => m.IsMirrorOutput);

    /// <summary>Carries the VLAN as a trunk; a port with a native VLAN carries that always, and VLAN 0 never.</summary>
    public bool Trunks(int vlan)
    {
        if (Mode is VlanMode.NativeTagged or VlanMode.NativeUntagged && Vlan != 0 && (vlan == Vlan || vlan == 0))
        {
            return vlan == Vlan;
        }
        return Mode is not VlanMode.Access && (First.Trunks.Count == 0 || First.Trunks.Contains(vlan));
    }

    public bool AllowsCustomerVlan(int vlan) => First.CustomerVlans.Count == 0 || First.CustomerVlans.Contains(vlan);

    /// <summary>Takes part in a packet's VLAN, outer and inner.</summary>
    public bool Includes(int vlan, int inner) => Mode switch
    {
        VlanMode.Access => vlan == Vlan && inner == 0,
        VlanMode.Dot1qTunnel => vlan == Vlan && AllowsCustomerVlan(inner),
        _ => Trunks(vlan),
    };
}
