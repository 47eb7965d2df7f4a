using System.Text.Json;
using System.Text.Json.Serialization;

namespace Plumbline.Operations.Labs;

/// <summary>
/// The lab's file <c>lab.json</c>: the options, from which all else follows, and how far the making got. It is written before anything
/// is made, so a lab whose maker was killed is recognised.
/// </summary>
internal sealed record LabState
{
    /// <summary>The file's name in the lab's folder.</summary>
    public const string FileName = "lab.json";

    /// <summary>The version of this layout.</summary>
    public int Version { get; init; } = 1;

    public required int Nodes { get; init; }

    public required int Instances { get; init; }

    public required string Tunnel { get; init; }

    public string Firewall { get; init; } = LabDescription.HybridFirewall;

    public bool L2Population { get; init; }

    public bool IPv6 { get; init; }

    public bool Routed { get; init; }

    /// <summary>False until all of it stands.</summary>
    public bool IsUp { get; init; }

    /// <summary>Reads; null where there is none, or it is damaged (then it is cleaned up like a half-made lab).</summary>
    public static LabState? Read(string directory)
    {
        try
        {
            return JsonSerializer.Deserialize(
                File.ReadAllBytes(Path.Join(directory, FileName)), LabStateJson.Default.LabState);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes a neighbour and renames it: the file is whole or the old one.</summary>
    public void Write(string directory)
    {
        var path = Path.Join(directory, FileName);
        File.WriteAllBytes(path + ".new", JsonSerializer.SerializeToUtf8Bytes(this, LabStateJson.Default.LabState));
        File.Move(path + ".new", path, overwrite: true);
    }
}

/// <summary>Source-generated JSON of <see cref="LabState"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(LabState))]
internal sealed partial class LabStateJson : JsonSerializerContext;
