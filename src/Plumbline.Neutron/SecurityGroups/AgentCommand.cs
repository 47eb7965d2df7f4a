namespace Plumbline.Neutron.SecurityGroups;

/// <summary>A command that the agent runs.</summary>
/// <param name="Arguments">The program first.</param>
/// <param name="Input">What it reads, line by line; null: nothing.</param>
/// <param name="RestoreText">What an iptables-restore reads, to the letter; null for all other programs.</param>
public sealed record AgentCommand(IReadOnlyList<string> Arguments, IReadOnlyList<string>? Input = null, string? RestoreText = null);
