using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Checking;

/// <summary>
/// The rules of a port's chain that are there for every port, whatever its groups allow: E answers of known connections, I invalid packets
/// dropped, S the spoof filter asked, F the rest to the fallback.
/// </summary>
internal sealed record ChainShape
{
    public required Chain Chain { get; init; }

    /// <summary>These letters in the order of the rules.</summary>
    public required string Duties { get; init; }

    /// <summary>The first rule that sends everything to the fallback, or drops it; -1 where there is none.</summary>
    public required int End { get; init; }

    /// <summary>Rules that drop or accept, but those that Neutron writes: numbers counted from 0.</summary>
    public required IReadOnlyList<int> Foreign { get; init; }

    public bool Has(char duty) => Duties.Contains(duty);

    /// <summary>Reads a chain <c>…-i</c> or <c>…-o</c>, or (<paramref name="kind"/> 's') a spoof filter.</summary>
    public static ChainShape Of(Chain chain, char kind, string fallback)
    {
        var duties = new System.Text.StringBuilder();
        var foreign = new List<int>();
        var end = -1;
        for (var i = 0; i < chain.Rules.Count; i++)
        {
            var rule = chain.Rules[i];
            switch (rule.Target)
            {
                case JumpTarget { Chain: var to } when to == fallback && IsForAll(rule):
                    duties.Append('F');
                    end = end < 0 ? i : end;
                    break;
                case JumpTarget { Chain: var to } when kind == 'o' && IsSpoofChain(to, chain.Name):
                    duties.Append('S');
                    break;
                case VerdictTarget { Verdict: Verdict.Return } when IsState(rule, ConnectionStates.Established | ConnectionStates.Related):
                    duties.Append('E');
                    break;
                case VerdictTarget { Verdict: Verdict.Drop } when IsState(rule, ConnectionStates.Invalid):
                    duties.Append('I');
                    break;
                case VerdictTarget { Verdict: Verdict.Drop } when kind == 's' && IsForAll(rule):
                    end = end < 0 ? i : end;
                    break;
                case VerdictTarget { Verdict: Verdict.Drop } when kind == 'o' && IsServerOfGuest(rule):
                    break;
                case VerdictTarget { Verdict: Verdict.Drop or Verdict.Accept } or RejectTarget:
                    foreign.Add(i);
                    break;
            }
        }
        return new() { Chain = chain, Duties = duties.ToString(), End = end, Foreign = foreign };
    }

    /// <summary>No match but a comment.</summary>
    private static bool IsForAll(Rule rule) => rule.Matches.All(m => m is CommentMatch);

    private static bool IsState(Rule rule, ConnectionStates states)
    {
        var found = false;
        foreach (var match in rule.Matches)
        {
            if (match is StateMatch state && state.States == states)
            {
                found = true;
            }
            else if (match is not CommentMatch)
            {
                return false;
            }
        }
        return found;
    }

    private static bool IsSpoofChain(string to, string chain) =>
        to.Length == chain.Length && to[^11] == 's' && to.AsSpan(to.Length - 10).SequenceEqual(chain.AsSpan(chain.Length - 10));

    /// <summary>A guest is no DHCP server and no router: Neutron drops what says so.</summary>
    private static bool IsServerOfGuest(Rule rule) => rule.Matches.Any(m => m is UdpMatch or Icmpv6Match or MultiportMatch or UnknownMatch);
}
