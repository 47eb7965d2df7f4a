namespace Plumbline.Iptables.Simulation;

/// <summary>One rule, ready to run.</summary>
internal struct CompiledRule
{
    /// <summary>Its checks are <c>Checks[First..End]</c>.</summary>
    public int First;

    /// <inheritdoc cref="First"/>
    public int End;

    /// <summary>The chain it stands in.</summary>
    public int Chain;

    /// <summary>See <see cref="Simulation.Effect"/>.</summary>
    public int Operand;

    /// <inheritdoc cref="Operand"/>
    public uint A;

    /// <inheritdoc cref="Operand"/>
    public uint B;

    /// <summary>What it does.</summary>
    public Effect Effect;
}
