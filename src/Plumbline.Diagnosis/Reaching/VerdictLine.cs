using System.Globalization;
using System.Text;
using Plumbline.Diagnosis.Verdicts;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Iptables.Symbolic;

namespace Plumbline.Diagnosis.Reaching;

/// <summary>The command line of <c>plumb verdict</c> that asks what becomes of a packet: so that nobody has to believe an analysis.</summary>
public static class VerdictLine
{
    private static readonly string[] _hooks = ["prerouting", "input", "forward", "output", "postrouting"];

    /// <summary>For a packet at one hook, as a comparison finds it.</summary>
    /// <param name="packet">The packet, with its point.</param>
    /// <param name="from">The file to ask; null: the live node.</param>
    public static string At(SymbolicPacket packet, string? from)
    {
        var line = new StringBuilder("plumb verdict");
        Option(line, "--from", from);
        var isRouted = false;
        if (packet.Point is { } point)
        {
            Option(line, "--hook", _hooks[(int)point.Hook]);
            Option(line, "--physdev-in", point.PhysicalIn);
            Option(line, "--physdev-out", point.PhysicalOut);
            // a bridged packet in POSTROUTING has no input device of its own, but its bridge is told by it
            Option(line, "-i", point.In ?? (point.HasBridge && point.PhysicalOut is not null ? point.Out : null));
            Option(line, "-o", point.Out);
            isRouted = point.Hook == Hook.Forward && point.PhysicalOut is null;
        }
        Fields(line, packet, isRouted, packet.Point?.Hook is not (Hook.Output or Hook.Postrouting));
        return line.ToString();
    }

    /// <summary>For a packet to or from a port.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="target">The port's tap.</param>
    /// <param name="isIncoming">To the instance.</param>
    /// <param name="from">The file to ask; null: the live node.</param>
    public static string Along(SymbolicPacket packet, string target, bool isIncoming, string? from)
    {
        var line = new StringBuilder("plumb verdict ").Append(Quoted(target)).Append(isIncoming ? " --in" : " --out");
        Option(line, "--from", from);
        Fields(line, packet, isRouted: false, hasMac: true);
        return line.ToString();
    }

    private static void Fields(StringBuilder line, SymbolicPacket packet, bool isRouted, bool hasMac)
    {
        var header = packet.Header;
        Option(line, "--proto", header.Protocol == 58 && header.Family == IPFamily.IPv6 ? "icmpv6" : ProtocolNames.NameOf(header.Protocol));
        Option(line, "--src", AddressWords.NameOf(header.Family, header.Source));
        Option(line, "--dst", AddressWords.NameOf(header.Family, header.Destination));
        if (header.Protocol is 6 or 17 or 33 or 132 or 136)
        {
            Option(line, "--sport", Number(header.SourcePort));
            Option(line, "--dport", Number(header.DestinationPort));
        }
        if (header.Protocol == 6)
        {
            Option(line, "--tcp-flags", TcpFlagWords.NameOf(header.TcpFlags).ToLowerInvariant());
        }
        if (header.Protocol is 1 or 58)
        {
            Option(line, "--icmp-type", $"{Number(header.IcmpType)}/{Number(header.IcmpCode)}");
        }
        Option(line, "--state", packet.Connection.State.ToString().ToLowerInvariant());
        if (hasMac)
        {
            Option(line, "--mac", header.SourceMac?.ToString());
            Option(line, "--dst-mac", header.DestinationMac?.ToString());
        }
        Option(line, "--mark", header.Mark == 0 ? null : "0x" + header.Mark.ToString("x", CultureInfo.InvariantCulture));
        Option(line, "--connmark", packet.Connection.Mark == 0 ? null : "0x" + packet.Connection.Mark.ToString("x", CultureInfo.InvariantCulture));
        Option(line, "--length", header.Length == (header.Family == IPFamily.IPv4 ? 60 : 80) ? null : Number(header.Length));
        // the verdict's packet is routed on the way to the hook, and loses one there
        Option(line, "--ttl", header.HopLimit == 64 ? null : Number((uint)Math.Min(255, header.HopLimit + (isRouted ? 1 : 0))));
        Option(line, "--tos", header.TypeOfService == 0 ? null : Number(header.TypeOfService));
        line.Append(header.FragmentOffset > 0 ? " -f" : "");
    }

    private static string Number(uint number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Option(StringBuilder line, string name, string? value)
    {
        if (value is not null)
        {
            line.Append(' ').Append(name).Append(' ').Append(Quoted(value));
        }
    }

    /// <summary>As a shell takes it.</summary>
    private static string Quoted(string word)
    {
        var isPlain = word.Length > 0;
        foreach (var c in word)
        {
            isPlain &= char.IsAsciiLetterOrDigit(c) || "-_./:+,@%=".Contains(c);
        }
        return isPlain ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
