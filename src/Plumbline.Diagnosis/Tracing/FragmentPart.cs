namespace Plumbline.Diagnosis.Tracing;

/// <summary>Which piece of a packet that was cut up.</summary>
public enum FragmentPart
{
    /// <summary>The first: it has the ports.</summary>
    First = 1,

    /// <summary>A later one: nobody sees ports in it.</summary>
    Later = 2,
}
