using System.Globalization;
using System.Text;
using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Comparing.Meaning;

/// <summary>A box of packets in words: <c>TCP to port 22 from 10.0.0.0/24, new connections</c>.</summary>
internal static class BoxWords
{
    private const int MostRanges = 3;

    private static readonly string[] _states = ["NEW", "ESTABLISHED", "RELATED", "INVALID", "UNTRACKED"];

    public static string Say(PacketBox box, IPFamily family)
    {
        var text = new StringBuilder(Protocol(box, family));
        Add(text, " from port ", box[Field.SourcePort], static v => v.ToString(CultureInfo.InvariantCulture));
        Add(text, " to port ", box[Field.DestinationPort], static v => v.ToString(CultureInfo.InvariantCulture));
        Add(text, " from ", box[Field.Source], v => Address(v, family));
        Add(text, " to ", box[Field.Destination], v => Address(v, family));
        Add(text, " with MAC ", box[Field.Mac], Mac);
        if (box[Field.State] is { } state)
        {
            text.Append(" in state ").AppendJoin(",", Enumerable.Range(0, _states.Length)
                .Where(i => !state.And(Intervals.Of((UInt128)i, (UInt128)i)).IsEmpty).Select(i => _states[i]));
        }
        foreach (var (condition, holds) in box.Conditions)
        {
            text.Append(holds ? " where " : " where not ").Append(condition);
        }
        return text.ToString();
    }

    private static string Protocol(PacketBox box, IPFamily family)
    {
        var icmp = family == IPFamily.IPv4 ? 1 : 58;
        var isIcmp = false;
        var name = "anything";
        if (box[Field.Protocol] is { } protocols)
        {
            isIcmp = protocols.Ranges.Length == 1 && protocols.Ranges[0] == ((UInt128)icmp, (UInt128)icmp);
            name = List(protocols, static v => (int)v switch
            {
                1 => "ICMP",
                6 => "TCP",
                17 => "UDP",
                58 => "ICMPv6",
                132 => "SCTP",
                var other => $"protocol {other.ToString(CultureInfo.InvariantCulture)}",
            });
        }
        return isIcmp && box[Field.Icmp] is { } types
            ? $"{name} type {List(types, static v => string.Create(CultureInfo.InvariantCulture, $"{v >> 8}/{v & 255}"))}" : name;
    }

    private static void Add(StringBuilder text, string label, Intervals? values, Func<UInt128, string> say)
    {
        if (values is { } asked)
        {
            text.Append(label).Append(List(asked, say));
        }
    }

    private static string List(Intervals values, Func<UInt128, string> say)
    {
        var parts = new List<string>();
        foreach (var (first, last) in values.Ranges)
        {
            if (parts.Count == MostRanges)
            {
                parts.Add("…");
                break;
            }
            parts.Add(first == last ? say(first) : $"{say(first)}-{say(last)}");
        }
        return string.Join(',', parts);
    }

    private static string Address(UInt128 value, IPFamily family)
    {
        if (family == IPFamily.IPv4)
        {
            var bits = (uint)UInt128.Min(value, uint.MaxValue);
            return string.Create(CultureInfo.InvariantCulture, $"{bits >> 24}.{bits >> 16 & 255}.{bits >> 8 & 255}.{bits & 255}");
        }
        var bytes = new byte[16];
        for (var i = 15; i >= 0; i--)
        {
            bytes[i] = (byte)(value & 255);
            value >>= 8;
        }
        return new System.Net.IPAddress(bytes).ToString();
    }

    private static string Mac(UInt128 value)
    {
        var parts = new string[6];
        for (var i = 5; i >= 0; i--)
        {
            parts[i] = ((int)(value & 255)).ToString("x2", CultureInfo.InvariantCulture);
            value >>= 8;
        }
        return string.Join(':', parts);
    }
}
