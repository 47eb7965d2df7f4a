using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Timings;

public static partial class CounterRises
{
    /// <summary>What the kernel's devices dropped, in every namespace.</summary>
    private static void VisitLinks(NodeSnapshot snapshot, Visitor visit)
    {
        foreach (var space in snapshot.Namespaces)
        {
            foreach (var link in space.Links)
            {
                if (link.Statistics is not { } statistics)
                {
                    continue;
                }
                var site = new CounterSite { Namespace = space.Name, Device = link.Name };
                var place = (space.Name.Length > 0 ? space.Name + " " : "") + "device " + link.Name;
                visit(site, place, "drops what it receives", (long)statistics.ReceiveDropped, true);
                visit(site, place, "drops what it should send", (long)statistics.SendDropped, true);
            }
        }
    }
}
