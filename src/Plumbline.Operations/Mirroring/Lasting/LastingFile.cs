using System.Net;
using System.Text.Json;
using Plumbline.Diagnosis.Mirrors.Lasting;

namespace Plumbline.Operations.Mirroring.Lasting;

/// <summary>A lasting mirror as JSON (docs/mirrors.md) and back. What is written is read back the same.</summary>
public static class LastingFile
{
    /// <summary>The <c>format</c> member.</summary>
    public const string Format = "plumbline.mirror";

    /// <summary>The <c>version</c> member: that of the newest layout, which this reads and writes.</summary>
    public const int Version = 1;

    /// <summary>UTF-8 JSON.</summary>
    public static byte[] Write(LastingMirror mirror) =>
        [.. JsonSerializer.SerializeToUtf8Bytes(ToDocument(mirror), LastingJson.Default.LastingDocument), (byte)'\n'];

    /// <summary>Reads a file's bytes.</summary>
    /// <param name="bytes">UTF-8 JSON.</param>
    /// <param name="where">The file, for the problem.</param>
    /// <exception cref="OperationsException">It is damaged, or of a newer version.</exception>
    public static LastingMirror Parse(ReadOnlySpan<byte> bytes, string where)
    {
        LastingDocument? document;
        try
        {
            document = JsonSerializer.Deserialize(bytes, LastingJson.Default.LastingDocument);
        }
        catch (JsonException exception)
        {
            throw LastingMirrorProblems.DamagedFile(where, exception.Message);
        }
        if (document?.Format != Format || document.Version != Version)
        {
            throw LastingMirrorProblems.DamagedFile(where, document?.Format == Format
                ? $"its version is {document.Version}, this plumb knows {Version}"
                : $"its format is not {Format}");
        }
        return FromDocument(document, where);
    }

    private static LastingDocument ToDocument(LastingMirror mirror) => new()
    {
        Format = Format,
        Version = Version,
        Name = mirror.Name,
        Session = mirror.Session,
        Bridge = mirror.Bridge,
        Targets = mirror.Targets,
        Sources = [.. mirror.Sources.Select(s => new LastingDocument.SourceDocument(s.Name, s.IfaceId))],
        AllPorts = mirror.AllPorts,
        WithLocalPort = mirror.WithLocalPort,
        Direction = WordOf(mirror.Direction),
        Vlans = mirror.Vlans,
        Output = mirror.Output switch
        {
            MirrorOutput.OwnDevice own => new() { Type = "device", Device = own.Device, Kind = own.Kind },
            MirrorOutput.Existing existing => new() { Type = "port", Port = existing.Port },
            MirrorOutput.Tunnel tunnel => new()
            {
                Type = tunnel.Type,
                Port = tunnel.Port,
                Remote = tunnel.Remote.ToString(),
                Local = tunnel.Local?.ToString(),
                Key = tunnel.Key,
                ErspanVersion = tunnel.ErspanVersion,
                ErspanIndex = tunnel.ErspanIndex,
                ErspanDirection = tunnel.ErspanDirection,
                ErspanHardwareId = tunnel.ErspanHardwareId,
            },
            _ => throw new System.Diagnostics.UnreachableException(),
        },
        Untagged = mirror.Untagged,
        SnapLength = mirror.SnapLength,
        Mtu = mirror.Mtu,
        Since = mirror.Since,
        Until = mirror.Until,
        OwnKeeper = mirror.HasOwnKeeper,
        Reason = mirror.Reason,
    };

    private static LastingMirror FromDocument(LastingDocument document, string where)
    {
        var sources = (document.Sources ?? []).Select(s => new MirroredSource(Need(s?.Name, "sources[].name"), s!.IfaceId)).ToList();
        if (sources.Count == 0 && !document.AllPorts)
        {
            throw LastingMirrorProblems.DamagedFile(where, "it names no port, and not allPorts");
        }
        var name = Need(document.Name, "name");
        var session = Need(document.Session, "session");
        if (!LastingMirror.IsName(name) || session.Length != 12 || !session.All(char.IsAsciiHexDigit))
        {
            throw LastingMirrorProblems.DamagedFile(where, "its name or session is none");
        }
        return new()
        {
            Name = name,
            Session = session,
            Bridge = Need(document.Bridge, "bridge"),
            Targets = document.Targets ?? [],
            Sources = sources,
            AllPorts = document.AllPorts,
            WithLocalPort = document.WithLocalPort,
            Direction = document.Direction switch
            {
                null or "both" => MirrorDirection.Both,
                "in" => MirrorDirection.In,
                "out" => MirrorDirection.Out,
                var other => throw LastingMirrorProblems.DamagedFile(where, $"direction \"{other}\" is none of in, out, both"),
            },
            Vlans = document.Vlans ?? [],
            Output = OutputOf(document.Output, where),
            Untagged = document.Untagged,
            SnapLength = document.SnapLength,
            Mtu = document.Mtu ?? 1500,
            Since = document.Since ?? DateTimeOffset.UnixEpoch,
            Until = document.Until,
            HasOwnKeeper = document.OwnKeeper,
            Reason = document.Reason,
        };

        string Need(string? value, string member) => value is { Length: > 0 }
            ? value
            : throw LastingMirrorProblems.DamagedFile(where, $"it has no {member}");
    }

    private static MirrorOutput OutputOf(LastingDocument.OutputDocument? output, string where)
    {
        switch (output)
        {
            case { Type: "device", Device.Length: > 0 and <= 15, Kind: null or "dummy" or "veth" or "internal" }:
                return new MirrorOutput.OwnDevice(output.Device, output.Kind);
            case { Type: "port", Port.Length: > 0 }:
                return new MirrorOutput.Existing(output.Port);
            case { Type: "gre" or "erspan", Port.Length: > 0 and <= 15 } when IPAddress.TryParse(output.Remote, out var remote):
                return new MirrorOutput.Tunnel
                {
                    Port = output.Port,
                    Remote = remote,
                    Local = IPAddress.TryParse(output.Local, out var local) ? local : null,
                    Key = output.Key,
                    ErspanVersion = output.Type == "gre" ? null : output.ErspanVersion ?? 1,
                    ErspanIndex = output.ErspanIndex,
                    ErspanDirection = output.ErspanDirection,
                    ErspanHardwareId = output.ErspanHardwareId,
                };
            default:
                throw LastingMirrorProblems.DamagedFile(where, "its output is none of device, port, gre, erspan, or lacks a member");
        }
    }

    internal static string WordOf(MirrorDirection direction) => direction switch
    {
        MirrorDirection.In => "in",
        MirrorDirection.Out => "out",
        _ => "both",
    };
}
