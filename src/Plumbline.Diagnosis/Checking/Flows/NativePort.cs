using Plumbline.Neutron.Intent;
using Plumbline.Neutron.OpenFlow;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Checking.Flows;

/// <summary>A port under the native firewall.</summary>
/// <param name="Vif">Where it is.</param>
/// <param name="Name">Its device on br-int.</param>
/// <param name="Wanted">What its flows follow from.</param>
/// <param name="Intended">What the API says of it; null where it was not asked.</param>
internal sealed record NativePort(Vif Vif, string Name, NativeFirewallPort Wanted, IntendedPort? Intended)
{
    /// <summary>What to call it.</summary>
    public string Who => CheckNode.NameOf(Vif);

    /// <summary>The name that people gave it, where one is told.</summary>
    public string Label => Vif.InstanceName ?? (Intended is { Name.Length: > 0 } named ? named.Name : Who);
}
