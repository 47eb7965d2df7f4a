using System.Globalization;
using System.Text;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Iptables.Symbolic;

namespace Plumbline.Views;

/// <summary>Classes of packets and single packets in an operator's words.</summary>
internal static class BoxText
{
    private const int MostShown = 6;

    /// <summary><c>tcp to port 22,80 from 10.0.0.0/8</c>.</summary>
    public static string Of(PacketBox box, IPFamily family)
    {
        var text = new StringBuilder();
        text.Append(box.Protocols is { } protocols ? Numbers(protocols, n => NameOf((byte)n, family), 255) : "anything");
        if (box.IcmpTypes is { } types)
        {
            text.Append(" type ").Append(Numbers(types, Plain, 255));
        }
        if (box.IcmpCodes is { } codes)
        {
            text.Append(" code ").Append(Numbers(codes, Plain, 255));
        }
        if (box.DestinationPorts is { } ports)
        {
            text.Append(" to port ").Append(Numbers(ports, Plain, 65535));
        }
        if (box.SourcePorts is { } sourcePorts)
        {
            text.Append(" from port ").Append(Numbers(sourcePorts, Plain, 65535));
        }
        text.Append(box.Sources is { } sources ? " from " + Addresses(sources) : "");
        text.Append(box.Destinations is { } destinations ? " to " + Addresses(destinations) : "");
        if (box.SourceMacs is { } macs)
        {
            text.Append(" with MAC ").Append(Shorten(macs.Count, i => macs[i].First == macs[i].Last
                ? macs[i].First.ToString() : $"{macs[i].First} to {macs[i].Last}"));
        }
        return text.ToString();
    }

    /// <summary><c>tcp 203.0.113.9:40000 > 10.0.0.5:22 SYN</c>.</summary>
    public static string Of(SymbolicPacket packet)
    {
        var header = packet.Header;
        var text = new StringBuilder(NameOf(header.Protocol, header.Family)).Append(' ');
        var hasPorts = header.Protocol is 6 or 17 or 33 or 132 or 136;
        text.Append(Address(header.Family, header.Source, hasPorts ? header.SourcePort : null)).Append(" > ")
            .Append(Address(header.Family, header.Destination, hasPorts ? header.DestinationPort : null));
        if (header.Protocol == 6)
        {
            text.Append(' ').Append((header.TcpFlags & TcpFlags.All).ToString().ToUpperInvariant().Replace(" ", "", StringComparison.Ordinal));
        }
        if (header.Protocol == (header.Family == IPFamily.IPv4 ? 1 : 58))
        {
            text.Append(CultureInfo.InvariantCulture, $" type {header.IcmpType} code {header.IcmpCode}");
        }
        if (packet.Connection.State != ConntrackState.New)
        {
            text.Append(", ").Append(packet.Connection.State.ToString().ToUpperInvariant());
        }
        if (header.FragmentOffset > 0)
        {
            text.Append(", a later fragment");
        }
        if (header.Mark != 0)
        {
            text.Append(CultureInfo.InvariantCulture, $", mark 0x{header.Mark:x}");
        }
        return text.ToString();
    }

    /// <summary>Its frame's source, and its devices where the question left them open.</summary>
    public static string Devices(SymbolicPacket packet)
    {
        var text = new StringBuilder();
        if (packet.Header.SourceMac is { } mac)
        {
            text.Append(" from MAC ").Append(mac);
        }
        if (packet.Point is { } point)
        {
            Name("in by", point.In);
            Name("out by", point.Out);
            Name("bridge port in", point.PhysicalIn);
            Name("bridge port out", point.PhysicalOut);
        }
        return text.ToString().TrimStart();

        void Name(string what, string? device)
        {
            if (device is not null)
            {
                text.Append(text.Length == 0 ? "" : ", ").Append(what).Append(' ').Append(device);
            }
        }
    }

    /// <summary>As <c>10.0.0.0/8</c> where it is a prefix.</summary>
    public static string Range(AddressRange range)
    {
        var mask = ~(range.First ^ range.Last) & MaskedAddress.WholeMask(range.Family);
        var prefix = new MaskedAddress(range.Family, range.First, mask);
        return range.First == range.Last || prefix.PrefixLength is null || (range.First & ~mask & MaskedAddress.WholeMask(range.Family)) != 0
            || (range.Last | mask) != MaskedAddress.WholeMask(range.Family)
            ? range.ToString() : prefix.ToString();
    }

    private static string NameOf(byte protocol, IPFamily family) =>
        family == IPFamily.IPv6 && protocol == 58 ? "icmpv6" : new ProtocolMatch { Number = protocol }.Name;

    private static string Address(IPFamily family, UInt128 address, ushort? port)
    {
        var text = new AddressRange(family, address, address).ToString();
        return port is null ? text : family == IPFamily.IPv6 ? $"[{text}]:{port}" : $"{text}:{port}";
    }

    private static string Plain(uint number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Numbers(ValueList<NumberRange> ranges, Func<uint, string> name, uint most)
    {
        // what is left out is shorter to say where it is less
        if (ranges.Count > 1 && ranges[0].First == 0 && ranges[^1].Last == most)
        {
            return "any but " + Shorten(ranges.Count - 1, i => Span(ranges[i].Last + 1, ranges[i + 1].First - 1));
        }
        return Shorten(ranges.Count, i => Span(ranges[i].First, ranges[i].Last));

        string Span(uint first, uint last) => first == last ? name(first)
            : first == 0 && last < most ? $"0-{name(last)}" : $"{name(first)}-{name(last)}";
    }

    private static string Addresses(ValueList<AddressRange> ranges)
    {
        var whole = MaskedAddress.WholeMask(ranges[0].Family);
        if (ranges[0].First == 0 && ranges[^1].Last == whole && ranges.Count > 1)
        {
            return "any but " + Shorten(ranges.Count - 1, i => Range(new(ranges[i].Family, ranges[i].Last + 1, ranges[i + 1].First - 1)));
        }
        if (ranges.Count == 1 && ranges[0].First > 0 && ranges[0].Last == whole && ranges[0].First <= whole >> 1)
        {
            return "any but " + Range(new(ranges[0].Family, 0, ranges[0].First - 1));
        }
        return Shorten(ranges.Count, i => Range(ranges[i]));
    }

    private static string Shorten(int count, Func<int, string> item)
    {
        var shown = string.Join(", ", Enumerable.Range(0, Math.Min(count, MostShown)).Select(item));
        return count <= MostShown ? shown : string.Create(CultureInfo.InvariantCulture, $"{shown} and {count - MostShown} more");
    }
}
