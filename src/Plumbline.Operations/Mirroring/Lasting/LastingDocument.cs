using System.Text.Json.Serialization;

namespace Plumbline.Operations.Mirroring.Lasting;

/// <summary>The file of a lasting mirror, member by member as docs/mirrors.md lists them; <see cref="LastingFile"/> reads meaning into it.</summary>
internal sealed record LastingDocument
{
    public string? Format { get; init; }

    public int Version { get; init; }

    public string? Name { get; init; }

    public string? Session { get; init; }

    public string? Bridge { get; init; }

    public IReadOnlyList<string>? Targets { get; init; }

    public IReadOnlyList<SourceDocument>? Sources { get; init; }

    public bool AllPorts { get; init; }

    public bool WithLocalPort { get; init; }

    public string? Direction { get; init; }

    public IReadOnlyList<int>? Vlans { get; init; }

    public OutputDocument? Output { get; init; }

    public bool Untagged { get; init; }

    public int? SnapLength { get; init; }

    public int? Mtu { get; init; }

    public DateTimeOffset? Since { get; init; }

    public DateTimeOffset? Until { get; init; }

    public bool OwnKeeper { get; init; }

    public string? Reason { get; init; }

    /// <summary>A port.</summary>
    internal sealed record SourceDocument(string? Name, string? IfaceId);

    /// <summary>Where to; <see cref="Type"/> says which members count.</summary>
    internal sealed record OutputDocument
    {
        public string? Type { get; init; }

        public string? Device { get; init; }

        public string? Kind { get; init; }

        public string? Port { get; init; }

        public string? Remote { get; init; }

        public string? Local { get; init; }

        public uint? Key { get; init; }

        public int? ErspanVersion { get; init; }

        public int? ErspanIndex { get; init; }

        public int? ErspanDirection { get; init; }

        public int? ErspanHardwareId { get; init; }
    }
}

/// <summary>Source-generated JSON of <see cref="LastingDocument"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LastingDocument))]
internal sealed partial class LastingJson : JsonSerializerContext;
