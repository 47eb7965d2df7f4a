namespace Plumbline.Operations;
/// <summary>Placeholder removed by the first action.</summary>
internal static class Operations;
