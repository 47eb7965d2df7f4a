using Plumbline.Diagnosis.Comparing.Meaning;
using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Comparing;

/// <summary>The addresses of a set as ranges, however its members are cut.</summary>
internal static class SetMembers
{
    /// <summary>Of a live set; null for sets that hold more than addresses.</summary>
    public static Intervals? Of(AddressSet set)
    {
        if (set.Type is not ("hash:net" or "hash:ip"))
        {
            return null;
        }
        var ranges = new List<(UInt128, UInt128)>();
        foreach (var member in set.Members)
        {
            if (member.IsNomatch || member.Address is not { } address)
            {
                return null;
            }
            ranges.Add(RuleBox.RangeOf(address).Ranges[0]);
        }
        return Intervals.Of(ranges);
    }

    /// <summary>Of addresses and prefixes; null where one is neither.</summary>
    public static Intervals? Of(IEnumerable<string> members)
    {
        var ranges = new List<(UInt128, UInt128)>();
        foreach (var member in members)
        {
            if (!MaskedAddress.TryParse(member, out var address))
            {
                return null;
            }
            ranges.Add(RuleBox.RangeOf(address).Ranges[0]);
        }
        return Intervals.Of(ranges);
    }
}
