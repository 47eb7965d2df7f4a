using System.Text.Json;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Tests;

/// <summary>A snapshot as JSON text: lists in records compare by reference, text by what it says.</summary>
internal static class SnapshotText
{
    private static readonly JsonSerializerOptions _indented = new(SnapshotJson.Contract.Options) { WriteIndented = true };

    public static string Of(NodeSnapshot snapshot) => JsonSerializer.Serialize(snapshot, SnapshotJson.Contract);

    public static string Of<T>(T part) => JsonSerializer.Serialize(part, (System.Text.Json.Serialization.Metadata.JsonTypeInfo<T>)_indented.GetTypeInfo(typeof(T)));
}
