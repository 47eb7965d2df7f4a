using System.Globalization;
using System.Text;
using Plumbline.Iptables;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Explaining;

public static partial class RuleWords
{
    /// <summary>An address as people write it: a host without its length.</summary>
    internal static string Text(AddressMatch match) => match.Address is { } address ? Text(address) : match.Name ?? "?";

    /// <inheritdoc cref="Text(AddressMatch)"/>
    internal static string Text(MaskedAddress address)
    {
        var text = address.ToString();
        return address.IsHost ? text[..text.IndexOf('/', StringComparison.Ordinal)] : text;
    }

    internal static string Text(UnknownMatch match) =>
        match.Module.Length == 0 ? match.Text : match.Text.Length == 0 ? $"-m {match.Module}" : $"-m {match.Module} {match.Text}";

    internal static string Text(UnknownTarget target) => target.Text.Length == 0 ? target.Name : $"{target.Name} {target.Text}";

    private static string Text(CtTarget target)
    {
        var parts = new List<string>();
        Add("zone", target.Zone?.ToString(CultureInfo.InvariantCulture) ?? (target.IsZoneFromMark ? "mark" : null));
        Add("helper", target.Helper);
        Add("timeout", target.Timeout);
        Add("ctevents", target.ConnectionEvents);
        Add("expevents", target.ExpectationEvents);
        return string.Join(' ', parts);

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                parts.Add($"{name} {value}");
            }
        }
    }

    private static string Text(ConnmarkTarget target) => target.Action switch
    {
        ConnmarkAction.Set => Masked(target.Value, target.ConnectionMask),
        ConnmarkAction.Save => $"save-mark nfmask 0x{target.PacketMask:x} ctmask 0x{target.ConnectionMask:x}",
        _ => $"restore-mark nfmask 0x{target.PacketMask:x} ctmask 0x{target.ConnectionMask:x}",
    };

    private static string Text(AddressNatTarget target)
    {
        var text = new StringBuilder(target.Addresses?.ToString());
        if (target.Ports is { } ports)
        {
            text.Append(':').Append(PortText(ports));
        }
        return text.ToString();
    }

    private static string Text(ConntrackMatch match)
    {
        var parts = new List<string>();
        Add("ctstate", match.States, static v => Names(v));
        Add("ctproto", match.Protocol, static v => Number(v));
        Add("ctorigsrc", match.OriginalSource, static v => Text(v));
        Add("ctorigdst", match.OriginalDestination, static v => Text(v));
        Add("ctreplsrc", match.ReplySource, static v => Text(v));
        Add("ctrepldst", match.ReplyDestination, static v => Text(v));
        Add("ctorigsrcport", match.OriginalSourcePorts, static v => PortText(v));
        Add("ctorigdstport", match.OriginalDestinationPorts, static v => PortText(v));
        Add("ctreplsrcport", match.ReplySourcePorts, static v => PortText(v));
        Add("ctrepldstport", match.ReplyDestinationPorts, static v => PortText(v));
        Add("ctstatus", match.Status, static v => v.ToString().ToUpperInvariant().Replace(" ", "", StringComparison.Ordinal));
        Add("ctexpire", match.Expire, static v => v.ToString());
        if (match.IsOriginalDirection is { } original)
        {
            parts.Add(original ? "ctdir ORIGINAL" : "ctdir REPLY");
        }
        return string.Join(' ', parts);

        void Add<T>(string name, Condition<T>? condition, Func<T, string> text)
        {
            if (condition is { } asked)
            {
                parts.Add($"{(asked.IsInverted ? "! " : "")}{name} {text(asked.Value)}");
            }
        }
    }

    private static string PortText(PortRange ports) => ports.First == ports.Last
        ? Number(ports.First)
        : string.Create(CultureInfo.InvariantCulture, $"{ports.First}-{ports.Last}");

    private static string Masked(uint value, uint mask) => mask == uint.MaxValue ? $"0x{value:x}" : $"0x{value:x}/0x{mask:x}";

    private static string Names(TcpFlags flags) => flags switch
    {
        TcpFlags.None => "NONE",
        TcpFlags.All => "ALL",
        _ => flags.ToString().ToUpperInvariant().Replace(" ", "", StringComparison.Ordinal),
    };

    private static string Names(AddressTypes types) => types.ToString().ToUpperInvariant().Replace(" ", "", StringComparison.Ordinal);

    /// <summary>In the order in which people write them.</summary>
    private static string Names(ConnectionStates states)
    {
        var names = new List<string>();
        ReadOnlySpan<(ConnectionStates State, string Name)> all =
        [
            (ConnectionStates.New, "NEW"), (ConnectionStates.Related, "RELATED"), (ConnectionStates.Established, "ESTABLISHED"),
            (ConnectionStates.Invalid, "INVALID"), (ConnectionStates.Untracked, "UNTRACKED"), (ConnectionStates.Snat, "SNAT"),
            (ConnectionStates.Dnat, "DNAT"),
        ];
        foreach (var (state, name) in all)
        {
            if ((states & state) != 0)
            {
                names.Add(name);
            }
        }
        return string.Join(',', names);
    }
}
