using System.CommandLine;
using System.Globalization;
using System.Net;
using Plumbline.Diagnosis.Mirrors.Lasting;
using Plumbline.Operations.Mirroring;

namespace Plumbline.Cli.Commands;

/// <summary><c>--to</c> and what belongs to it.</summary>
internal sealed class MirrorOutputOptions
{
    private const string ToFix = "dummy, veth or internal (with :NAME), port:NAME, gre:ADDRESS, erspan:ADDRESS";

    private readonly Option<string?> _to = new("--to")
    {
        Description = "Where copies go: dummy[:NAME], veth[:NAME], internal[:NAME]: a device that plumb makes; port:NAME: one that is there; "
            + "gre:ADDRESS, erspan:ADDRESS: another switch's analyser (default: a device mir-NAME)",
        HelpName = "WHERE",
    };

    private readonly Option<string?> _key = new("--key")
    {
        Description = "GRE's key, or ERSPAN's session (1-1023, default 1)",
        HelpName = "N",
    };

    private readonly Option<string?> _local = new("--local") { Description = "The tunnel's source address (default: by the routes)", HelpName = "ADDRESS" };

    private readonly Option<int?> _version = new("--erspan-version") { Description = "1: type II (default), 2: type III", HelpName = "1|2" };

    private readonly Option<string?> _index = new("--index") { Description = "ERSPAN II's index, decimal or 0x…, 20 bits", HelpName = "N" };

    private readonly Option<string?> _direction = new("--erspan-direction") { Description = "ERSPAN III's direction bit", HelpName = "in|out" };

    private readonly Option<string?> _hardware = new("--hardware-id") { Description = "ERSPAN III's hardware id, 6 bits", HelpName = "N" };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _to, _key, _local, _version, _index, _direction, _hardware })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Null: a device named after the mirror.</summary>
    /// <exception cref="CliException">It is none of the words, or an option belongs to another one.</exception>
    public MirrorOutput? Read(ParseResult result, string name, string session)
    {
        var text = result.GetValue(_to);
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        var (kind, rest) = colon < 0 ? (text, null) : (text![..colon], text[(colon + 1)..]);
        if (kind is not ("gre" or "erspan"))
        {
            RefuseTunnelOptions(result);
        }
        switch (kind)
        {
            case null:
                return null;
            case "dummy" or "veth" or "internal":
                return new MirrorOutput.OwnDevice(
                    rest is { Length: > 0 } ? rest : name.Length <= 11 ? $"mir-{name}" : $"mir-{session[..8]}", kind);
            case "port" when rest is { Length: > 0 }:
                return new MirrorOutput.Existing(rest);
            case "gre" or "erspan" when IPAddress.TryParse(rest, out var remote):
                return Tunnel(result, kind, remote, session);
            case "vlan":
                throw new CliException(new(
                    "mirrors into a VLAN are not offered: copies flood every port that carries it, and spoil the MAC tables of other switches",
                    "--to", $"use {ToFix}"), Primitives.ExitStatus.Refused);
            default:
                throw new CliException(new($"\"{text}\" is no place for copies", "--to", $"one of {ToFix}"));
        }
    }

    private MirrorOutput.Tunnel Tunnel(ParseResult result, string kind, IPAddress remote, string session) => new()
    {
        Port = MonitorPortName(session),
        Remote = remote,
        Local = result.GetValue(_local) is not { } local ? null
            : IPAddress.TryParse(local, out var address) ? address
            : throw new CliException(new($"\"{local}\" is no address", "--local", "e.g. --local 192.168.122.215")),
        Key = result.GetValue(_key) is { } key ? (uint)Number(key, "--key", uint.MaxValue) : kind == "erspan" ? 1u : null,
        ErspanVersion = result.GetValue(_version) is { } version
            ? kind == "erspan" && version is 1 or 2 ? version
                : throw new CliException(new($"\"{version}\" is no version of ERSPAN here", "--erspan-version", "1 or 2, with --to erspan:ADDRESS"))
            : kind == "erspan" ? 1 : null,
        ErspanIndex = result.GetValue(_index) is { } index ? (int)Number(index, "--index", 0xFFFFF) : null,
        ErspanDirection = result.GetValue(_direction) switch
        {
            null => null,
            "in" or "0" => 0,
            "out" or "1" => 1,
            var other => throw new CliException(new($"\"{other}\" is no direction", "--erspan-direction", "in or out")),
        },
        ErspanHardwareId = result.GetValue(_hardware) is { } hardware ? (int)Number(hardware, "--hardware-id", 0x3F) : null,
    };

    private void RefuseTunnelOptions(ParseResult result)
    {
        foreach (var option in new Option[] { _key, _local, _version, _index, _direction, _hardware })
        {
            if (result.GetResult(option) is { Implicit: false })
            {
                throw new CliException(new($"{option.Name} belongs to a tunnel", "--to", "use --to gre:ADDRESS or --to erspan:ADDRESS"));
            }
        }
    }

    private static string MonitorPortName(string session) => MirrorSession.OutputName(session);

    private static long Number(string text, string option, long greatest)
    {
        var isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return long.TryParse(isHex ? text.AsSpan(2) : text, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None,
                CultureInfo.InvariantCulture, out var number) && number >= 0 && number <= greatest
            ? number
            : throw new CliException(new($"\"{text}\" is out of range", option, $"0 to {greatest}, decimal or 0x…"));
    }
}
