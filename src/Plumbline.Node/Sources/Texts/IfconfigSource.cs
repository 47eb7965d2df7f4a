using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Plumbline.Linux.Netlink;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// <c>ifconfig [-a]</c>, as net-tools 2 prints it (<c>NAME: flags=N&lt;FLAGS&gt;  mtu N</c>) and as older ones and busybox do
/// (<c>NAME Link encap:Ethernet HWaddr MAC</c>). It knows no numbers, masters or peers.
/// </summary>
internal sealed partial class IfconfigSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "ifconfig -a";

    /// <inheritdoc/>
    public override string Source => "links";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["flags=", "Link encap:"];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        LinkDraft? current = null;
        var place = "";
        void Finish()
        {
            if (current is not null)
            {
                builder.Namespace(place).Add(current);
                current = null;
            }
        }

        for (var i = 0; i < text.Lines.Length; i++)
        {
            var line = text.Lines[i];
            if (HeaderPattern().Match(line) is { Success: true } header)
            {
                Finish();
                place = text.NamespaceAt(i);
                current = new(WithFlags(new Link { IfIndex = 0, Name = header.Groups["name"].Value, Mtu = Number(header.Groups["mtu"]) },
                    header.Groups["flags"].Value.Split(',')));
                found++;
            }
            else if (OldHeaderPattern().Match(line) is { Success: true } old)
            {
                Finish();
                place = text.NamespaceAt(i);
                current = new(new Link
                {
                    IfIndex = 0,
                    Name = old.Groups["name"].Value,
                    HardwareType = old.Groups["kind"].Value switch { "Ethernet" => 1, "Local" => 772, _ => 0 },
                    Address = LinkDraft.MacOf(old.Groups["mac"].Value),
                });
                found++;
            }
            else if (current is not null)
            {
                if (line.Length == 0 || !char.IsWhiteSpace(line[0]))
                {
                    Finish();
                    continue;
                }
                current = ReadBody(line, current, builder.Namespace(place));
            }
        }
        Finish();
        return found;
    }

    private static LinkDraft ReadBody(string line, LinkDraft draft, NamespaceBuilder network)
    {
        if (EtherPattern().Match(line) is { Success: true } ether)
        {
            return draft with
            {
                Facts = draft.Facts with
                {
                    HardwareType = 1,
                    Address = LinkDraft.MacOf(ether.Groups["mac"].Value),
                    TransmitQueueLength = Number(ether.Groups["queue"]),
                },
            };
        }
        if (AddressPattern().Match(line) is { Success: true } match && IPAddress.TryParse(match.Groups["address"].Value, out var address))
        {
            network.Add(draft.Name, new LinkAddress
            {
                IfIndex = 0,
                Address = address,
                PrefixLength = Number(match.Groups["length"])
                    ?? (IPAddress.TryParse(match.Groups["mask"].Value, out var mask) ? LengthOf(mask) : address.GetAddressBytes().Length * 8),
                Scope = IPAddress.IsLoopback(address) ? LinkDraft.ScopeOf("host") : address.IsIPv6LinkLocal ? LinkDraft.ScopeOf("link") : 0,
            });
        }
        else if (OldFlagsPattern().Match(line) is { Success: true } flags)
        {
            return draft with
            {
                Facts = WithFlags(draft.Facts with { Mtu = Number(flags.Groups["mtu"]) }, flags.Groups["flags"].Value.Split(' ')),
            };
        }
        return draft;
    }

    /// <summary>RUNNING stands for what iproute2 calls LOWER_UP.</summary>
    private static Link WithFlags(Link link, string[] words)
    {
        var runs = Array.IndexOf(words, "RUNNING") >= 0;
        var flags = LinkDraft.FlagsOf(runs ? words : [.. words, "NO-CARRIER"]);
        return link with
        {
            Flags = runs ? flags | LinkFlags.LowerUp : flags,
            OperationalState = runs ? null : OperationalState.Down,
        };
    }

    /// <summary>How many ones a mask begins with.</summary>
    internal static int LengthOf(IPAddress mask)
    {
        var length = 0;
        foreach (var octet in mask.GetAddressBytes())
        {
            length += int.PopCount(octet);
        }
        return length;
    }

    private static int? Number(Group group) =>
        group.Success && int.TryParse(group.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    [GeneratedRegex(@"^(?<name>[^\s:<>]{1,15}): flags=\d+<(?<flags>[A-Z0-9_,-]*)>\s+mtu (?<mtu>\d{1,9})")]
    private static partial Regex HeaderPattern();

    [GeneratedRegex(@"^(?<name>[^\s<>]{1,15})\s+Link encap:(?<kind>\w+)(?:.*?(?<mac>[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}))?")]
    private static partial Regex OldHeaderPattern();

    [GeneratedRegex(@"^\s+ether (?<mac>[0-9a-f:]{17})(?:\s+txqueuelen (?<queue>\d{1,9}))?")]
    private static partial Regex EtherPattern();

    // "inet addr:10.0.0.5  Bcast:…  Mask:…", in other languages "inet adr:", "adr inet6:", "inet6-Adresse:", "Masque:", "Маска:"
    [GeneratedRegex(@"^\s+(?:[^\s\d:]+ )?inet6?(?:[ -][^\s\d:]+)?:? ?(?<address>\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)(?:/(?<length>\d{1,3}))?(?:\s+netmask (?<mask>[\d.]+)|\s+prefixlen (?<length>\d{1,3})|.*\s[MmМм][^\s:]*:(?<mask>\d[\d.]+))?")]
    private static partial Regex AddressPattern();

    [GeneratedRegex(@"^\s+(?<flags>[A-Z][A-Z ]*[A-Z])\s+MTU:(?<mtu>\d{1,9})\s+M[^\s:]*:")]
    private static partial Regex OldFlagsPattern();
}
