namespace Plumbline.Diagnosis.Mirrors.Lasting;

/// <summary>A lasting mirror that is wanted, and how it is kept.</summary>
/// <param name="Mirror">It.</param>
/// <param name="IsKept">A process keeps it: the service, or one of its own.</param>
/// <param name="Trouble">What the keeper could not do the last time, in words; null where all went well.</param>
public sealed record KeptMirror(LastingMirror Mirror, bool IsKept, string? Trouble);
