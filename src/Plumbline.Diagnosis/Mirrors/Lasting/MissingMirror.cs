namespace Plumbline.Diagnosis.Mirrors.Lasting;

/// <summary>A lasting mirror that is wanted and has no Mirror row at the moment.</summary>
/// <param name="Mirror">It.</param>
/// <param name="Why">What it waits for, in words.</param>
public sealed record MissingMirror(LastingMirror Mirror, string Why);
