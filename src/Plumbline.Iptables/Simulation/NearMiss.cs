namespace Plumbline.Iptables.Simulation;

/// <summary>A rule on the packet's way that would have matched, but for one thing.</summary>
/// <param name="Place">The rule.</param>
/// <param name="Point">Where it was asked.</param>
/// <param name="Match">The one match that failed.</param>
public sealed record NearMiss(RulePlace Place, HookPoint Point, Match Match);
