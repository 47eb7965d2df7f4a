using System.Text;

namespace Plumbline.Neutron.SecurityGroups;

/// <summary>
/// The forms in which the kernel's tables may show a rule that we want: as we or the agent write it, as iptables-save prints it, with
/// ports by multiport. Tells quickly that a saved chain is as wanted; texts that ports share are put into their forms once.
/// </summary>
internal sealed class RuleForms
{
    private readonly Dictionary<string, (string Saved, string Bulk)> _forms = new(ReferenceEqualityComparer.Instance);

    /// <summary>True where a saved chain is what is wanted, rule by rule; false: it may be still.</summary>
    public bool IsAsWanted(LiveChain chain, IReadOnlyList<string> wanted)
    {
        var lines = new SavedRules(chain.Saved);
        for (var i = 0; i < wanted.Count; i++)
        {
            if (!lines.MoveNext() || !IsOneOf(lines.Current, wanted[i]))
            {
                return false;
            }
        }
        return !lines.MoveNext();
    }

    private bool IsOneOf(ReadOnlySpan<byte> line, string rule)
    {
        if (Ascii.Equals(line, rule))
        {
            return true;
        }
        if (!_forms.TryGetValue(rule, out var forms))
        {
            var saved = SavedForm.Of(rule);
            _forms.Add(rule, forms = (saved, BulkForm.Of(saved)));
        }
        return IsSame(line, forms.Saved) || IsSame(line, forms.Bulk);
    }

    /// <summary>As <see cref="ChainPatch.IsSame(string, string)"/>.</summary>
    private static bool IsSame(ReadOnlySpan<byte> line, string rule) =>
        rule.Contains("--mac-source ", StringComparison.Ordinal) ? Ascii.EqualsIgnoreCase(line, rule) : Ascii.Equals(line, rule);
}
