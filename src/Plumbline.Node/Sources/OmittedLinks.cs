namespace Plumbline.Node.Sources;

/// <summary>What is left out.</summary>
/// <param name="Ids">The ports, by the eleven characters in their devices' names.</param>
/// <param name="Names">Devices' names.</param>
/// <param name="Indexes">Devices' numbers.</param>
internal sealed record OmittedLinks(HashSet<string> Ids, HashSet<string> Names, HashSet<int> Indexes);
