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

    /// <summary>So many of the first checks stand in the fields below too: most rules fail there, without a look at their checks.</summary>
    public byte Quick;

    /// <summary>Protocol; 0: any.</summary>
    public byte Protocol;

    /// <summary>States that pass, as bits; 255: any.</summary>
    public byte States;

    /// <summary>The least destination port.</summary>
    public ushort PortFirst;

    /// <summary>The greatest destination port.</summary>
    public ushort PortLast;
}
