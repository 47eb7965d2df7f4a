namespace Plumbline.Linux.Processes;

/// <summary>A folder shown at another place.</summary>
/// <param name="Source">What is shown.</param>
/// <param name="Target">Where.</param>
public sealed record BindMount(string Source, string Target);
