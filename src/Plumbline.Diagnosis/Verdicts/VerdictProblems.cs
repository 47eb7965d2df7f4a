using System.Globalization;
using Plumbline.Iptables;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Verdicts;

/// <summary>What stands in the way of a verdict.</summary>
public static class VerdictProblems
{
    /// <summary>Two families in one packet.</summary>
    public static DiagnosisException TwoFamilies(string source, string destination) => new(new(
        $"\"{Printable.Escape(source)}\" and \"{Printable.Escape(destination)}\" are of two families", null,
        "give both addresses as IPv4, or both as IPv6"));

    /// <summary>No address of the family.</summary>
    public static DiagnosisException NoAddress(string name, IPFamily family) => new(new(
        $"no {family} address of \"{Printable.Escape(name)}\" is known", null, "give the address itself"));

    /// <summary>Nothing says where the packet goes.</summary>
    public static DiagnosisException NoWay() => new(new(
        "neither a TARGET nor a device says which way the packet takes", null,
        "name a VM or port, or give --physdev-in and --physdev-out (a bridge's ports), or -i and -o (routed)"));

    /// <summary>The port is not behind a Linux bridge.</summary>
    public static DiagnosisException NotBridged(string name, string how) => new(new(
        $"packets of {Printable.Escape(name)} never meet iptables on their way: {how}", null,
        "its security groups are OpenFlow rules, if any; iptables rules matter for hybrid plugged ports (tap-qbr-qvb) only"));

    /// <summary>A VM with several ports.</summary>
    public static DiagnosisException SeveralPorts(string name, IEnumerable<string> ports) => new(new(
        $"{Printable.Escape(name)} has several ports: {string.Join(", ", ports)}", null, "name one of them"));

    /// <summary>A frame that is not in the file.</summary>
    public static DiagnosisException NoFrame(string where, uint frames) => new(new(
        "no such frame", where, string.Create(
            CultureInfo.InvariantCulture, $"frames are counted from 1, and the file has {frames}")));

    /// <summary>A frame that is not IP.</summary>
    public static DiagnosisException NoPacket(string where, string why) => new(new(
        $"no IP packet: {why}", where, "choose another frame with --frame N (from 1)"));
}
