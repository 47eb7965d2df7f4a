using Plumbline.OpenFlow.Fields;

namespace Plumbline.OpenFlow.Simulation;

/// <summary>A field got another value.</summary>
/// <param name="Field">Which.</param>
/// <param name="Before">Before.</param>
/// <param name="After">After.</param>
public readonly record struct FieldChange(Field Field, UInt128 Before, UInt128 After)
{
    /// <summary><c>dl_vlan: 0 → 5</c>.</summary>
    public override string ToString() => $"{Field.Name}: {FieldText.Write(Field, Before)} → {FieldText.Write(Field, After)}";
}
