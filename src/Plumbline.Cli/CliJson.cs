using System.Text.Json.Serialization;
using Plumbline.Cli.Commands;
using Plumbline.Operations.Enforcing;
using Plumbline.Operations.Plugging;

namespace Plumbline.Cli;

/// <summary>Source-generated JSON of what actions answer.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PlugResult))]
[JsonSerializable(typeof(EnforcingResult))]
[JsonSerializable(typeof(LabDocument))]
[JsonSerializable(typeof(MirrorDocument))]
internal sealed partial class CliJson : JsonSerializerContext;
