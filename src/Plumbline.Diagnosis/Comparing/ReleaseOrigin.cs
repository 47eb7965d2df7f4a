namespace Plumbline.Diagnosis.Comparing;

/// <summary>How a comparison knows Neutron's release.</summary>
public enum ReleaseOrigin
{
    /// <summary>Nothing tells it: the usual one.</summary>
    Default,

    /// <summary>The live rules are its own.</summary>
    Rules,

    /// <summary>Somebody said so.</summary>
    Given,
}
