namespace Plumbline.Integration.Tests.Timing;

/// <summary>A holder between two hops of the way from the first VM to the second.</summary>
/// <param name="Node">On which node the two hops are captured; −1: between the nodes.</param>
/// <param name="From">Kind of the hop before it.</param>
/// <param name="To">Kind of the hop behind it.</param>
/// <param name="Holder">It.</param>
internal sealed record HeldHop(int Node, string From, string To, FrameHolder Holder)
{
    public override string ToString() => $"{From} → {To}";
}
