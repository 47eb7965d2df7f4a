using Plumbline.Diagnosis.Explaining.Wording;
using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Explaining;

/// <summary>
/// What rules of one way let through, in as few words as it takes: what another rule lets through anyway is left out, and rules that
/// differ by one address only (a remote group without sets) are told as one.
/// </summary>
internal static class AllowedTraffic
{
    private const int MostAddresses = 6;
    private const int FirstAddresses = 4;

    public static IReadOnlyList<Sentence> Say(IReadOnlyList<Rule> rules)
    {
        var asked = rules.Select(r => r.Matches.Where(m => m is not CommentMatch).ToArray()).ToArray();
        var said = new List<Sentence>();
        var told = new bool[rules.Count];
        for (var i = 0; i < rules.Count; i++)
        {
            if (told[i] || IsCovered(asked, i))
            {
                continue;
            }
            var alike = new List<AddressMatch>();
            if (AddressOf(asked[i]) is { } own)
            {
                alike.Add(own);
                for (var j = i + 1; j < rules.Count; j++)
                {
                    if (!told[j] && AddressOf(asked[j]) is { } other && other.GetType() == own.GetType()
                        && Rest(asked[i], own).SequenceEqual(Rest(asked[j], other)) && !IsCovered(asked, j))
                    {
                        alike.Add(other);
                        told[j] = true;
                    }
                }
            }
            said.Add(alike.Count > 1 ? RuleWords.WhatOf(rules[i], Addresses(alike)) : RuleWords.What(rules[i]));
        }
        return said;
    }

    /// <summary>Another rule asks for part of the same only, or an earlier one for the same.</summary>
    private static bool IsCovered(Match[][] asked, int index)
    {
        for (var j = 0; j < asked.Length; j++)
        {
            if (j != index && (asked[j].Length < asked[index].Length || (asked[j].Length == asked[index].Length && j < index))
                && Array.TrueForAll(asked[j], m => m is not UnknownMatch && Array.IndexOf(asked[index], m) >= 0))
            {
                return true;
            }
        }
        return false;
    }

    private static AddressMatch? AddressOf(Match[] matches)
    {
        var addresses = matches.OfType<AddressMatch>().ToList();
        return addresses is [{ IsInverted: false } one] ? one : null;
    }

    private static IEnumerable<Match> Rest(Match[] matches, AddressMatch address) => matches.Where(m => !ReferenceEquals(m, address));

    private static Sentence Addresses(List<AddressMatch> alike)
    {
        var few = alike.Count <= MostAddresses ? alike.Count : FirstAddresses;
        Sentence[] shown = [.. alike.Take(few).Select(a => (Sentence)RuleWords.Text(a))];
        return few == alike.Count
            ? new Sentence.Sequence("join.or", shown)
            : Sentence.Of("what.and-more", ("list", new Sentence.Sequence("join.comma", shown)), ("count", (long)(alike.Count - few)));
    }
}
