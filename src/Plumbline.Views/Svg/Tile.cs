namespace Plumbline.Views.Svg;

/// <summary>A small box with a name, in place of what would be too much to draw whole.</summary>
/// <param name="Id">Unique in the drawing: <c>vif:PORT</c>, <c>namespace:NAME</c> or an element id.</param>
/// <param name="Name">The whole name, by which it is found; what is written may be cut.</param>
/// <param name="Second">The second line.</param>
/// <param name="IsBad">Something is wrong with it.</param>
/// <param name="Tooltip">All facts, a line each.</param>
internal sealed record Tile(string Id, string Name, string Second, bool IsBad, string Tooltip);
