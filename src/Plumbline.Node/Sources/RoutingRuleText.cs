using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources;

/// <summary>The kernel's routing rules as <c>ip rule</c> prints them.</summary>
internal static class RoutingRuleText
{
    private const byte LookUp = 1;

    public static IReadOnlyList<RoutingRule> Of(IReadOnlyList<RuleOfRouting> rules)
    {
        var result = new List<RoutingRule>(rules.Count);
        foreach (var rule in rules)
        {
            result.Add(new()
            {
                Priority = rule.Priority,
                IsIPv6 = rule.IsIPv6,
                IsInverted = rule.IsInverted,
                From = Prefix(rule.From, rule.FromLength),
                To = Prefix(rule.To, rule.ToLength),
                InInterface = rule.InInterface,
                OutInterface = rule.OutInterface,
                Mark = rule.Mark,
                MarkMask = rule.MarkMask,
                Table = rule.Action == LookUp ? rule.Table : null,
                Text = Line(rule),
            });
        }
        return result;
    }

    private static IPNetwork? Prefix(IPAddress? address, int length) => address is null ? null
        : new IPNetwork(Masked(address, length), length);

    private static IPAddress Masked(IPAddress address, int length)
    {
        var octets = address.GetAddressBytes();
        for (var i = 0; i < octets.Length; i++)
        {
            octets[i] &= (byte)(0xff << (8 - Math.Clamp(length - 8 * i, 0, 8)));
        }
        return new(octets);
    }

    private static string Line(RuleOfRouting rule)
    {
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"{rule.Priority}:\t{(rule.IsInverted ? "not " : "")}from {Words(rule.From, rule.FromLength) ?? "all"}");
        if (Words(rule.To, rule.ToLength) is { } to)
        {
            line.Append(" to ").Append(to);
        }
        if (rule.Mark is { } mark)
        {
            line.Append(CultureInfo.InvariantCulture, $" fwmark 0x{mark:x}");
            if (rule.MarkMask is { } mask)
            {
                line.Append(CultureInfo.InvariantCulture, $"/0x{mask:x}");
            }
        }
        if (rule.InInterface is { } input)
        {
            line.Append(" iif ").Append(input);
        }
        if (rule.OutInterface is { } output)
        {
            line.Append(" oif ").Append(output);
        }
        var table = rule.Table switch { 253 => "default", 254 => "main", 255 => "local", var number => number.ToString(CultureInfo.InvariantCulture) };
        line.Append(rule.Action switch { LookUp => $" lookup {table}", 2 => " goto", 3 => " nop", 6 => " blackhole", 7 => " unreachable", 8 => " prohibit", _ => "" });
        return line.ToString();
    }

    private static string? Words(IPAddress? address, int length) => address is null ? null
        : length == (address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128) ? address.ToString()
        : string.Create(CultureInfo.InvariantCulture, $"{address}/{length}");
}
