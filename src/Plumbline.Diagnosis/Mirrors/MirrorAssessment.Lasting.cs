using Plumbline.Diagnosis.Mirrors.Lasting;
using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Mirrors;

public sealed partial record MirrorAssessment
{
    /// <summary>Lasting mirrors that are wanted and not there.</summary>
    public IReadOnlyList<MissingMirror> Missing { get; init; } = [];

    /// <summary>Adds what is known of the lasting mirrors that are wanted: which are not there, and which nobody keeps.</summary>
    /// <param name="wanted">The wanted ones.</param>
    /// <param name="facts">The database; null where it cannot be read.</param>
    public MirrorAssessment With(IReadOnlyList<KeptMirror> wanted, OvsFacts? facts)
    {
        var missing = new List<MissingMirror>();
        var mirrors = Mirrors.ToList();
        foreach (var kept in wanted)
        {
            var at = mirrors.FindIndex(m => m.Mark?.Session == kept.Mirror.Session);
            if (at < 0)
            {
                missing.Add(new(kept.Mirror, WhyMissing(kept, facts)));
                continue;
            }
            var notes = mirrors[at].Warnings.ToList();
            if (kept.Trouble is not null)
            {
                notes.Add(kept.Trouble);
            }
            if (!kept.IsKept)
            {
                notes.Add(NobodyKeeps(kept.Mirror));
            }
            mirrors[at] = mirrors[at] with { Warnings = notes, Lasting = kept.Mirror };
        }
        return this with { Mirrors = mirrors, Missing = missing };
    }

    private static string WhyMissing(KeptMirror kept, OvsFacts? facts) =>
        !kept.IsKept ? NobodyKeeps(kept.Mirror)
        : kept.Trouble ?? (facts is null ? "Open vSwitch's database does not answer"
            : LastingMatch.Of(kept.Mirror, facts).Waits is { } waits ? $"waits {waits}" : "about to be made");

    private static string NobodyKeeps(LastingMirror mirror) => mirror.HasOwnKeeper
        ? $"its own process is gone: plumb mirror serve {mirror.Name} goes on with it, plumb mirror remove {mirror.Name} ends it"
        : "the service does not run: systemctl start plumb-mirror, or plumb mirror serve";
}
