namespace Plumbline.Views.Svg;

/// <summary>A frame full of tiles: the ports of one network, or things of one kind.</summary>
/// <param name="Key">Unique in the drawing.</param>
/// <param name="Title">What they have in common.</param>
/// <param name="Noun">What one of them is.</param>
/// <param name="Vlan">Their local VLAN; null for none.</param>
/// <param name="Tiles">Those with troubles first.</param>
internal sealed record TilePanel(string Key, string Title, string Noun, int? Vlan, IReadOnlyList<Tile> Tiles);
