using System.Globalization;
using Plumbline.Node;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Mirrors;

internal sealed partial class MirrorJudge
{
    private static string DescribeSelection(OvsBridge bridge, OvsMirror mirror, List<Source> sources)
    {
        var what = mirror.SelectAll ? $"all ports of {bridge.Name}, both ways"
            : sources.Count == 0 ? "nothing"
            : string.Join("; ", new[]
            {
                Group("", s => s.From && s.To, ", both ways"),
                Group("from ", s => s.From && !s.To, ""),
                Group("to ", s => !s.From && s.To, ""),
            }.Where(g => g.Length > 0));
        if (mirror.SelectVlans.Count > 0)
        {
            what += $"; only {Vlans(mirror.SelectVlans)}";
        }
        if (mirror.SnapLength is { } octets)
        {
            what += string.Create(CultureInfo.InvariantCulture, $"; the first {octets} octets");
        }
        return mirror.Filter is { Length: > 0 } filter ? $"{what}; only what matches {filter}" : what;

        string Group(string before, Predicate<Source> which, string after)
        {
            var names = sources.FindAll(which).ConvertAll(s => s.Port.Name);
            return names.Count == 0 ? "" : $"{before}{string.Join(", ", names)}{after}";
        }
    }

    private string DescribeOutput(OvsBridge bridge, OvsMirror mirror, OvsPort? output)
    {
        if (output is null)
        {
            return mirror.OutputPort is not null ? "a port that is gone"
                : mirror.OutputVlan is { } vlan ? string.Create(CultureInfo.InvariantCulture, $"VLAN {vlan}") : "none";
        }
        return (_elements.GetValueOrDefault((bridge.Name, output.Name))?.State) switch
        {
            ElementState.Up => $"{output.Name} (up)",
            ElementState.Down => $"{output.Name} (down)",
            ElementState.Missing => $"{output.Name} (its device is gone)",
            _ => output.Name,
        };
    }

    private string DescribeOwner(MirrorOwner owner, OwnershipMark? mark, OvsMirror mirror) => owner switch
    {
        MirrorOwner.Ours => DescribeMark(mark!), // Ours means that there is a mark
        MirrorOwner.OvsTcpdump => $"ovs-tcpdump on {mirror.Name[2..]}, by its name",
        MirrorOwner.TapAsAService => "Tap-as-a-Service",
        _ => mirror.ExternalIds.Count == 0 ? "owner not told"
            : "owner not told; external_ids: " + string.Join(", ", mirror.ExternalIds.Select(p => $"{p.Key}={p.Value}")),
    };

    private string DescribeMark(OwnershipMark mark)
    {
        var parts = new List<string>
        {
            mark.Owner is { } owner ? $"plumb, process {owner.Pid} {(isAlive(owner) ? "runs" : "is gone")}"
                : mark.Mirror is { } lasting ? $"plumb, lasting mirror {lasting}"
                : "plumb, process not told",
        };
        if (mark.Guard is { } guard && mark.Owner is { } first && !isAlive(first) && isAlive(guard))
        {
            parts.Add($"its guard {guard.Pid} is cleaning up");
        }
        if (mark.Reason is { Length: > 0 } reason)
        {
            parts.Add(reason);
        }
        if (mark.Lease is { } lease)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"lease {(lease < now ? "ran out at" : "until")} {lease.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC"));
        }
        return string.Join("; ", parts);
    }
}
