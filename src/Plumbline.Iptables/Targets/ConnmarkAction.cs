namespace Plumbline.Iptables;

/// <summary>What CONNMARK does.</summary>
public enum ConnmarkAction
{
    /// <summary>--set-xmark: ctmark = (ctmark &amp; ~ctmask) ^ value.</summary>
    Set,

    /// <summary>--save-mark: ctmark = (ctmark &amp; ~ctmask) ^ (mark &amp; nfmask).</summary>
    Save,

    /// <summary>--restore-mark: mark = (mark &amp; ~nfmask) ^ (ctmark &amp; ctmask).</summary>
    Restore,
}
