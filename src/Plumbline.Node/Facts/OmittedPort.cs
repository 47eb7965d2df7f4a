namespace Plumbline.Node.Facts;

/// <summary>A port of Open vSwitch of which nothing else was read.</summary>
/// <param name="Bridge">Its bridge.</param>
/// <param name="Name">Its name, and its one interface's.</param>
/// <param name="Tag">tag, its access VLAN.</param>
public sealed record OmittedPort(string Bridge, string Name, int Tag);
