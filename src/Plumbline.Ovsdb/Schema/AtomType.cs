namespace Plumbline.Ovsdb;

/// <summary>What an atom can be (RFC 7047 §3.2 <c>atomic-type</c>).</summary>
public enum AtomType
{
    /// <summary>64 bits, signed.</summary>
    Integer,

    /// <summary>A double; one without a fraction is sent like an integer.</summary>
    Real,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>Text.</summary>
    String,

    /// <summary>A row's UUID.</summary>
    Uuid,
}
