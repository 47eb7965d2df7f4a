using Plumbline.OpenFlow.Fields;

namespace Plumbline.OpenFlow.Flows;

/// <summary>One part of a flow that <c>learn</c> makes.</summary>
public abstract record LearnTerm
{
    private LearnTerm()
    {
    }

    /// <summary>Matches bits of this packet.</summary>
    /// <param name="Target">What the new flow matches.</param>
    /// <param name="Source">What it is compared with in the present packet.</param>
    public sealed record MatchField(FieldReference Target, FieldReference Source) : LearnTerm;

    /// <summary>Matches a constant.</summary>
    /// <param name="Target">What the new flow matches.</param>
    /// <param name="Value">With what.</param>
    public sealed record MatchValue(FieldReference Target, UInt128 Value) : LearnTerm;

    /// <summary>Loads bits of this packet.</summary>
    /// <param name="Source">In the present packet.</param>
    /// <param name="Target">What the new flow writes.</param>
    public sealed record LoadField(FieldReference Source, FieldReference Target) : LearnTerm;

    /// <summary>Loads a constant.</summary>
    /// <param name="Value">What.</param>
    /// <param name="Target">What the new flow writes.</param>
    public sealed record LoadValue(UInt128 Value, FieldReference Target) : LearnTerm;

    /// <summary>Outputs to the port that this packet's field holds.</summary>
    /// <param name="Source">In the present packet.</param>
    public sealed record Output(FieldReference Source) : LearnTerm;

    /// <summary>What we do not know.</summary>
    /// <param name="Text">As printed.</param>
    public sealed record Unknown(string Text) : LearnTerm;
}
