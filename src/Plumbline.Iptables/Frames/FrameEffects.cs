namespace Plumbline.Iptables.Frames;

/// <summary>What rules did to a frame, beside letting it pass or not.</summary>
internal sealed class FrameEffects
{
    public Target? Translation { get; set; }

    public bool IsNotrack { get; set; }
}
