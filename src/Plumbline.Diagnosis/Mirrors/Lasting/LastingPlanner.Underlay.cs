using System.Net;
using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Mirrors.Lasting;

public static partial class LastingPlanner
{
    /// <summary>
    /// The devices of the node by which a tunnel's outer packets leave: that of the route; where it is an OVS bridge's own, the bridge's real
    /// ports (OVS in user space puts them out there, past the bridge's device).
    /// </summary>
    /// <param name="snapshot">With routes.</param>
    /// <param name="remote">The far end.</param>
    /// <returns>None where there is no route.</returns>
    public static IReadOnlyList<string> FindUnderlay(NodeSnapshot snapshot, IPAddress remote)
    {
        var home = snapshot.Namespaces.FirstOrDefault(n => n.Name.Length == 0);
        if (home is null || EgressOf(home, remote) is not { } egress)
        {
            return [];
        }
        var bridge = snapshot.Ovs?.Bridges.FirstOrDefault(b => b.Name == egress.Name);
        var nics = bridge?.Ports.SelectMany(p => p.Interfaces).Where(i => i.Type is "" or "system")
            .Select(i => i.Name).Where(n => home.Links.Any(l => l.Name == n)).ToList() ?? [];
        return nics.Count > 0 ? nics : [egress.Name];
    }
}
