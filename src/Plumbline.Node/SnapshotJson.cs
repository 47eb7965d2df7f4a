using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Plumbline.Node.Facts;
using Plumbline.Primitives;

namespace Plumbline.Node;

/// <summary>
/// The JSON form of a snapshot: names as in the records, enums by name, null members left out. A member that may not be null must be
/// in the file: source-generated readers would put null there in silence. So a list that is added to a record later needs a new
/// <see cref="SnapshotFile.Version"/>; a nullable member does not.
/// </summary>
[JsonSourceGenerationOptions(
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(NodeSnapshot))]
internal sealed partial class SnapshotJson : JsonSerializerContext
{
    private static JsonTypeInfo<NodeSnapshot>? _contract;

    /// <summary>The contract in force: the generated one, with every member that may not be null made required.</summary>
    public static JsonTypeInfo<NodeSnapshot> Contract => _contract ??= MakeContract();

    private static JsonTypeInfo<NodeSnapshot> MakeContract()
    {
        var options = new JsonSerializerOptions(Default.Options)
        {
            TypeInfoResolver = Default.WithAddedModifier(RequireWhatMayNotBeNull),
        };
        return (JsonTypeInfo<NodeSnapshot>)options.GetTypeInfo(typeof(NodeSnapshot));
    }

    private static void RequireWhatMayNotBeNull(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (!property.PropertyType.IsValueType && !property.IsSetNullable)
            {
                property.IsRequired = true;
            }
        }
    }
}
