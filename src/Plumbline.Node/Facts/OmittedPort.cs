namespace Plumbline.Node.Facts;

/// <summary>A port of Open vSwitch of which nothing else was read.</summary>
/// <param name="Bridge">Its bridge.</param>
/// <param name="Name">Its name, and its one interface's.</param>
/// <param name="Number">Its OpenFlow port.</param>
/// <param name="Tag">tag, its access VLAN; null where it was not asked for: none of those that the ports read are in.</param>
public sealed record OmittedPort(string Bridge, string Name, int Number, int? Tag);
