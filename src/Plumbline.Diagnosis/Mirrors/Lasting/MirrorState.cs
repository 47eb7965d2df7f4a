namespace Plumbline.Diagnosis.Mirrors.Lasting;

/// <summary>How it is with a mirror.</summary>
public enum MirrorState
{
    /// <summary>Copies can arrive at its output.</summary>
    Working,

    /// <summary>A lasting mirror that has nothing to copy at the moment: it goes on by itself when its port or bridge is back.</summary>
    Waiting,

    /// <summary>Ours, and copies cannot arrive.</summary>
    Broken,

    /// <summary>Ours, and nobody looks after it any more.</summary>
    Lapsed,

    /// <summary>Somebody else's.</summary>
    Foreign,
}
