namespace Plumbline.OpenFlow.Fields;

/// <summary>Bits of a field, as <c>NXM_OF_VLAN_TCI[0..11]</c>, <c>reg0[5]</c> or <c>NXM_NX_TUN_ID[]</c>.</summary>
/// <param name="Field">The field.</param>
/// <param name="Offset">Its lowest bit that is meant.</param>
/// <param name="Width">How many bits are meant.</param>
public sealed record FieldReference(Field Field, int Offset, int Width)
{
    /// <summary>All bits of it.</summary>
    public bool IsWhole => Offset == 0 && Width == Field.Width;

    internal UInt128 Mask => Field.MaskOf(Width);

    /// <inheritdoc/>
    public override string ToString() =>
        IsWhole ? Field.Name : Width == 1 ? $"{Field.Name}[{Offset}]" : $"{Field.Name}[{Offset}..{Offset + Width - 1}]";

    /// <summary>All bits of <paramref name="field"/>.</summary>
    public static FieldReference Whole(Field field) => new(field, 0, field.Width);
}
