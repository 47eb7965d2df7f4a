using System.Text;

namespace Plumbline.Node.Sources;

/// <summary>A chain's rules as they were read, whole.</summary>
internal abstract class ChainRules
{
    /// <summary>A chain that so many rules of one other jump to is not one device's own.</summary>
    private const int ManyJumps = 8;

    /// <summary>No device may have this name (dev_valid_name).</summary>
    private const char NoDevice = '/';

    /// <summary>
    /// Where a packet by any device may go, and where a good part of the rules sends those of one device each.
    /// </summary>
    public abstract IEnumerable<string> CommonTargets();

    /// <summary>
    /// What is asked from here on is about these devices; false where a rule that may concern them cannot be told.
    /// </summary>
    public abstract bool Choose(IReadOnlySet<string> devices);

    /// <summary>Where rules jump to that may be about one of the chosen devices.</summary>
    public abstract IEnumerable<string> Targets();

    /// <summary>
    /// Appends the rules in the form of iptables-save, and answers the policy's counters (<c>[0:0]</c> where there are
    /// none). In place of a rule that asks for another device stands one that asks for none that can exist, so that the
    /// others keep their numbers: where each of thousands of devices has its own, reading these is what takes time.
    /// </summary>
    public abstract string Append(StringBuilder text, string chain);

    /// <summary>In place of a rule about another device.</summary>
    protected static void AppendOther(StringBuilder text, string chain) =>
        text.Append("[0:0] -A ").Append(chain).Append(" -i ").Append(NoDevice).Append('\n');

    /// <summary>Those that enough rules jump to.</summary>
    protected static void AddMany(HashSet<string> targets, Dictionary<string, int> jumps)
    {
        foreach (var (target, count) in jumps)
        {
            if (count >= ManyJumps)
            {
                targets.Add(target);
            }
        }
    }
}
