namespace Plumbline.Views;
/// <summary>Placeholder removed by the first view.</summary>
internal static class Views;
