using System.Text.Json;

namespace Plumbline.Node.Sources.Texts;

/// <summary>A JSON value in a text.</summary>
/// <param name="Value">It.</param>
/// <param name="Namespace">The namespace that it tells about.</param>
internal sealed record JsonValue(JsonElement Value, string Namespace);
