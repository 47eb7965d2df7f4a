using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>What became of the question for an address's MAC.</summary>
/// <param name="Mac">The answer; null: none came.</param>
/// <param name="Drop">Why none came.</param>
/// <param name="Unknowns">Facts that are missing.</param>
/// <param name="How">In words.</param>
internal sealed record Resolution(MacAddress? Mac, TraceDrop? Drop, IReadOnlyList<string> Unknowns, string How);
