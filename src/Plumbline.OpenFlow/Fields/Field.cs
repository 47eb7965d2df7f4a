using System.Globalization;

namespace Plumbline.OpenFlow.Fields;

/// <summary>
/// A field of ovs-fields(7): its names, and where a <see cref="Simulation.FlowKey"/> keeps it. All fields are 128 bits or less.
/// </summary>
public sealed class Field
{
    internal Field(string name, int slot, int shift, int width, FieldFormat format, Prerequisite needs, bool writable)
    {
        (Name, Slot, Shift, Width, Format, Needs, IsWritable) = (name, slot, shift, width, format, needs, writable);
        Mask = MaskOf(width);
    }

    /// <summary>As <c>ovs-ofctl dump-flows</c> prints it in a match.</summary>
    public string Name { get; }

    /// <summary>Bits, 1 to 128.</summary>
    public int Width { get; }

    /// <summary>How values are written.</summary>
    public FieldFormat Format { get; }

    /// <summary>Which packets have it.</summary>
    public Prerequisite Needs { get; }

    /// <summary>Actions may write it.</summary>
    public bool IsWritable { get; }

    /// <summary>The lowest <see cref="Width"/> bits.</summary>
    public UInt128 Mask { get; }

    internal int Slot { get; }

    internal int Shift { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal static UInt128 MaskOf(int width) =>
        width >= 128 ? UInt128.MaxValue : (UInt128.One << width) - UInt128.One;

    internal string Write(UInt128 value) => FieldText.Write(this, value);

    internal static string Hex(UInt128 value) => "0x" + value.ToString("x", CultureInfo.InvariantCulture);
}
