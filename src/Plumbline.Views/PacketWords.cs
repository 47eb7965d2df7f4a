using System.Globalization;
using Plumbline.Packets;
using Plumbline.Packets.Flows;
using Plumbline.Primitives;

namespace Plumbline.Views;

/// <summary>Words and numbers of capture files.</summary>
internal static class PacketWords
{
    public static string Of(ConversationState state) => state switch
    {
        ConversationState.Answered => "answered",
        ConversationState.OneWay => "one way",
        ConversationState.SynUnanswered => "SYN unanswered",
        ConversationState.Refused => "refused (RST)",
        ConversationState.HalfOpen => "half open",
        ConversationState.Open => "open",
        ConversationState.Closed => "closed",
        ConversationState.Reset => "reset",
        ConversationState.EchoUnanswered => "echo unanswered",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static string ProtocolName(int protocol) => protocol switch
    {
        1 => "ICMP",
        2 => "IGMP",
        6 => "TCP",
        17 => "UDP",
        47 => "GRE",
        50 => "ESP",
        58 => "ICMPv6",
        89 => "OSPF",
        112 => "VRRP",
        132 => "SCTP",
        _ => $"protocol {Number(protocol)}",
    };

    public static string NameOf(IReadOnlyDictionary<InternetAddress, string> names, InternetAddress address) =>
        names.TryGetValue(address, out var name) ? Printable.Escape(name) : address.ToString();

    /// <summary>An address and a port: <c>test-vm:22</c>, <c>[fe80::1]:22</c>.</summary>
    public static string EndOf(IReadOnlyDictionary<InternetAddress, string> names, InternetAddress address, int port)
    {
        var name = NameOf(names, address);
        return port == 0 ? name : address.IsV6 && name.Contains(':', StringComparison.Ordinal) ? $"[{name}]:{Number(port)}" : $"{name}:{Number(port)}";
    }

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Bytes in units of 1024.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 10_000 => $"{Number(bytes)} B",
        < 10_000L * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
        < 10_000L * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:0.0} GiB"),
    };

    public static string Time(TimeSpan time) => time.TotalMilliseconds switch
    {
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMicroseconds:0} µs"),
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0#} ms"),
        < 120_000 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.0} min"),
    };

    public static string ResponseCode(int? code) => code switch
    {
        null => "no answer",
        1 => "format error",
        2 => "the server failed",
        3 => "no such name",
        4 => "not implemented",
        5 => "refused",
        _ => $"error {Number(code.Value)}",
    };

    /// <summary>How questions failed.</summary>
    public static string Outcome(DnsFailure failure) =>
        (failure.IsTruncated ? "the answer did not fit, and was not asked for over TCP" : ResponseCode(failure.ResponseCode))
        + (failure.IsTcp ? " (over TCP)" : "");

    public static string Of(DhcpStep missing, bool isV6) => missing switch
    {
        DhcpStep.None => "complete",
        DhcpStep.Offer => isV6 ? "no advertise came" : "no offer came",
        DhcpStep.Request => "the client did not ask for what was offered",
        DhcpStep.Ack => isV6 ? "no reply came" : "no ack came",
        DhcpStep.Refused => isV6 ? "refused by the server" : "refused by the server (nak)",
        DhcpStep.Declined => "declined by the client: the address is taken",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
