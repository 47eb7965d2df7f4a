namespace Plumbline.Integration.Tests.Timing;

/// <summary>As <see cref="HeldLab"/>, the nodes joined by GRE.</summary>
public sealed class HeldGreLab() : HeldLab("gre");
