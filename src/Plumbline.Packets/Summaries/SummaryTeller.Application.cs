using System.Globalization;
using Plumbline.Packets.Layers;
using Plumbline.Primitives;

namespace Plumbline.Packets.Summaries;

/// <summary>DHCP and DNS: what an operator looks for first when a VM has no network.</summary>
internal sealed partial class SummaryTeller
{
    private bool TryTellDhcp(ReadOnlySpan<byte> payload)
    {
        if (!DhcpMessage.TryRead(payload, out var message))
        {
            return false;
        }
        var client = message.HostName is { } host
            ? $"{message.Client} \"{Printable.Escape(host)}\""
            : $"{message.Client}";
        var offered = message.YourAddress is { } yours ? NameOf(yours) : "no address";
        var wanted = (message.RequestedAddress ?? message.ClientAddress) is { } address
            ? NameOf(address)
            : "an address";
        var lease = message.Lease is { } time ? $", lease {LeaseText(time)}" : "";
        Tell("DHCP", message.Type switch
        {
            1 => $"discover from {client}",
            2 => $"offer {offered} to {message.Client}{lease}",
            3 => $"request {wanted} from {client}",
            4 => $"decline from {client}",
            5 => $"ack {offered} to {message.Client}{lease}",
            6 => $"nak to {message.Client}",
            7 => $"release from {client}",
            8 => $"inform from {client}",
            _ => $"BOOTP from {client}",
        });
        return true;
    }

    private static string LeaseText(TimeSpan lease) => lease switch
    {
        { TotalSeconds: uint.MaxValue } => "for ever",
        { TotalHours: >= 1 } when lease.Minutes == 0 && lease.Seconds == 0 =>
            $"{(long)lease.TotalHours} h",
        { TotalMinutes: >= 1 } when lease.Seconds == 0 => $"{(long)lease.TotalMinutes} min",
        _ => string.Create(CultureInfo.InvariantCulture, $"{lease.TotalSeconds} s"),
    };

    private bool TryTellDns(ReadOnlySpan<byte> payload, string protocol)
    {
        if (!DnsMessage.TryRead(payload, out var message))
        {
            return false;
        }
        var question = message.Name is { } name
            ? $" {DnsType.NameOf(message.QuestionType)} {Printable.Escape(name)}"
            : "";
        Tell(protocol, !message.IsAnswer ? $"question{question}" : message.ResponseCode switch
        {
            0 => $"answer{question}, {Count(message.AnswerCount, "record")}",
            2 => $"answer{question}: the server failed",
            3 => $"answer{question}: no such name",
            5 => $"answer{question}: refused",
            var code => $"answer{question}: error {code}",
        });
        return true;
    }
}
