namespace Plumbline.Node.Facts;

/// <summary>A file of the node that later questions read: an agent's configuration, dnsmasq's hosts.</summary>
/// <param name="Path">On the node, where that is known; the file's name otherwise.</param>
/// <param name="Text">What is in it; values of passwords are left out.</param>
public sealed record NodeFile(string Path, string Text);
