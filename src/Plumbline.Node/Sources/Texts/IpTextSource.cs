using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Plumbline.Linux.Netlink;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// <c>ip [-d] [-s] [-o] link</c> and <c>ip addr</c> as text, also where pasting lost blanks (<c>21:qbr…: &lt;…&gt; mtu 1450 qdisc
/// noqueuestate UP</c>, <c>qdisc pfifo_fastmaster ovs-system state UP</c>): a header is known by <c>N: NAME[@PEER]: &lt;FLAGS&gt;</c>, and
/// the words after it are searched for, not cut at blanks.
/// </summary>
internal sealed partial class IpTextSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "ip link, ip -d link, ip addr";

    /// <inheritdoc/>
    public override string Source => "links";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["mtu"];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = new Dictionary<(string Namespace, string Name), LinkDraft>();
        LinkDraft? current = null;
        var network = "";
        string? list = null;        // the namespace of the list in which the loopback device stands, until it ends
        var isCut = false;
        var hasAddresses = false;
        void EndList()
        {
            if (list is not null)
            {
                builder.Namespace(list).SawLinks(isWhole: !isCut, hasAddresses);
                list = null;
            }
        }
        void Finish()
        {
            if (current is not null)
            {
                found[(network, current.Name)] = found.TryGetValue((network, current.Name), out var before)
                    ? Later(current, before)
                    : current;
                current = null;
            }
        }
        for (var i = 0; i < text.Lines.Length; i++)
        {
            if (list is not null && text.PromptAbove(i + 1)?.Line == i)
            {
                EndList();
            }
            isCut |= list is not null && CutMark.Is(text.Lines[i]);

            // "ip -o" joins a link's lines with a backslash
            foreach (var line in text.Lines[i].Split('\\'))
            {
                if (HeaderPattern().Match(line) is { Success: true } header
                    && int.TryParse(header.Groups["index"].Value, CultureInfo.InvariantCulture, out var index))
                {
                    Finish();
                    network = text.NamespaceAt(i);
                    current = ReadHeader(header, index);
                    if (current.Name == "lo" && header.Groups["flags"].Value.Contains("LOOPBACK", StringComparison.Ordinal))
                    {
                        EndList();
                        list = network;
                        isCut = CutMark.IsFiltered(text.CommandAt(i));
                        hasAddresses = false;
                    }
                    if (text.PromptAbove(i) is { Host: { } host } prompt && IsIpCommand(prompt.Command))
                    {
                        builder.AddHost(host);
                    }
                }
                else if (current is not null && line.Trim() is { Length: > 0 } body)
                {
                    hasAddresses |= body.StartsWith("inet", StringComparison.Ordinal);
                    if (!ReadBody(body, ref current, builder.Namespace(network)) && !char.IsWhiteSpace(line[0]))
                    {
                        Finish();
                    }
                }
            }
        }
        Finish();
        EndList();
        foreach (var ((name, _), draft) in found)
        {
            builder.Namespace(name).Add(draft);
        }
        return found.Count;
    }

    /// <summary>
    /// The same link listed again, say by <c>ip addr</c> after <c>ip -d link</c>. Every header tells the master, so one that the later
    /// does not show is gone.
    /// </summary>
    private static LinkDraft Later(LinkDraft later, LinkDraft before) => later.FilledFrom(
        later.MasterName is null
            ? before with { MasterName = null, Facts = before.Facts with { MemberKind = null, BridgePort = null } }
            : before);

    private static bool IsIpCommand(string command) => command.Length == 0 || command.StartsWith("ip ", StringComparison.Ordinal);

    private static LinkDraft ReadHeader(Match header, int index)
    {
        var rest = header.Groups["rest"].Value;
        var peer = header.Groups["peer"].Value;
        var unseen = UnseenPeerPattern().Match(peer);
        return new(new Link
        {
            IfIndex = index,
            Name = header.Groups["name"].Value,
            Flags = LinkDraft.FlagsOf(header.Groups["flags"].Value.Split(',', StringSplitOptions.TrimEntries)),
            Mtu = Number(MtuPattern().Match(rest)),
            OperationalState = StatePattern().Match(rest) is { Success: true } state ? LinkDraft.StateOf(state.Groups[1].Value) : null,
            TransmitQueueLength = Number(QueuePattern().Match(rest)),
            QueueDiscipline = DisciplinePattern().Match(rest) is { Success: true } discipline ? discipline.Groups[1].Value : null,
            LinkIndex = unseen.Success ? Number(unseen) : null,
        })
        {
            MasterName = MasterPattern().Match(rest) is { Success: true } master ? master.Groups[1].Value : null,
            PeerName = peer.Length == 0 || unseen.Success || peer == "NONE" ? null : peer,
        };
    }

    /// <summary>A line below a header; false for one that does not belong to a link.</summary>
    private static bool ReadBody(string body, ref LinkDraft draft, NamespaceBuilder network)
    {
        var words = body.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var first = words[0];
        if (first.StartsWith("link/", StringComparison.Ordinal))
        {
            draft = draft with
            {
                Facts = draft.Facts with
                {
                    HardwareType = LinkDraft.HardwareTypeOf(first[5..]),
                    Address = words.Length > 1 ? LinkDraft.MacOf(words[1]) : null,
                    LinkNamespaceId = After(words, "link-netns") is { } home ? network.NumberOf(home) : IntegerAfter(words, "link-netnsid"),
                    Promiscuity = IntegerAfter(words, "promiscuity"),
                },
            };
            return true;
        }
        switch (first)
        {
            case "inet" or "inet6":
                ReadAddress(words, draft, network);
                return true;
            case "alias":
                draft = draft with { Facts = draft.Facts with { Alias = body[5..].Trim() } };
                return true;
            case "bridge_slave":
                draft = draft with
                {
                    Facts = draft.Facts with { MemberKind = "bridge", BridgePort = ReadBridgePort(words) },
                };
                return true;
            case "valid_lft" or "altname" or "RX:" or "TX:" or "vf":
                return true;
        }
        if (first.EndsWith("_slave", StringComparison.Ordinal))
        {
            draft = draft with { Facts = draft.Facts with { MemberKind = first[..^6] } };
            return true;
        }
        if (char.IsAsciiDigit(first[0]))
        {
            return true;    // the counters below RX: and TX:
        }
        if (IsKind(first))
        {
            draft = draft with { Facts = draft.Facts with { Kind = first, Data = ReadData(first, words) } };
            return true;
        }
        return false;
    }

    private static bool IsKind(string word) => word is "veth" or "bridge" or "tun" or "vxlan" or "vlan" or "dummy" or "bond" or "vrf"
        or "openvswitch" or "gre" or "gretap" or "erspan" or "ip6gre" or "ip6gretap" or "ip6erspan" or "geneve" or "macvlan" or "macvtap"
        or "ipvlan" or "ipip" or "sit" or "ip6tnl" or "team" or "ifb" or "nlmon" or "wireguard" or "vti" or "vti6" or "netkit" or "hsr"
        or "xfrm";

    private static LinkData? ReadData(string kind, string[] words) => kind switch
    {
        "bridge" => new LinkData.Bridge
        {
            SpanningTree = IntegerAfter(words, "stp_state") is { } state ? state != 0 : null,
            ForwardDelaySeconds = IntegerAfter(words, "forward_delay") / 100.0,
            AgeingTimeSeconds = IntegerAfter(words, "ageing_time") / 100.0,
            VlanFiltering = SwitchAfter(words, "vlan_filtering"),
            MulticastSnooping = SwitchAfter(words, "mcast_snooping"),
            GroupForwardMask = IpJsonSource.Mask(After(words, "group_fwd_mask")),
            BridgeId = LinkDraft.BridgeIdOf(After(words, "bridge_id")),
            CallIptables = SwitchAfter(words, "nf_call_iptables"),
        },
        "tun" => new LinkData.Tun
        {
            IsTap = After(words, "type") == "tap",
            Persistent = SwitchAfter(words, "persist"),
            Owner = uint.TryParse(After(words, "user"), CultureInfo.InvariantCulture, out var owner) ? owner : null,
            VnetHeader = SwitchAfter(words, "vnet_hdr"),

            // iproute2 prints nothing for a tun of one queue
            MultiQueue = Array.IndexOf(words, "multi_queue") >= 0,
        },
        "vxlan" => new LinkData.Vxlan
        {
            Vni = (uint?)IntegerAfter(words, "id"),
            Local = AddressAfter(words, "local"),
            Remote = AddressAfter(words, "remote") ?? AddressAfter(words, "group"),
            Port = IntegerAfter(words, "dstport"),
            CollectMetadata = Array.IndexOf(words, "external") >= 0,
        },
        "gre" or "gretap" or "erspan" or "ip6gre" or "ip6gretap" or "ip6erspan" => new LinkData.Gre
        {
            Local = AddressAfter(words, "local"),
            Remote = AddressAfter(words, "remote"),
            InKey = IpJsonSource.Key(After(words, "ikey") ?? After(words, "key")),
            OutKey = IpJsonSource.Key(After(words, "okey") ?? After(words, "key")),
            CollectMetadata = Array.IndexOf(words, "external") >= 0,
        },
        "vlan" => new LinkData.Vlan
        {
            Id = IntegerAfter(words, "id") ?? 0,
            Protocol = After(words, "protocol") switch { "802.1Q" => 0x8100, "802.1ad" => 0x88a8, _ => null },
        },
        _ => null,
    };

    private static BridgePortData ReadBridgePort(string[] words) => new()
    {
        State = LinkDraft.PortStateOf(After(words, "state")),
        Hairpin = SwitchAfter(words, "hairpin"),
        Learning = SwitchAfter(words, "learning"),
        UnicastFlood = SwitchAfter(words, "flood"),
        Isolated = SwitchAfter(words, "isolated"),
    };

    /// <summary><c>inet 10.0.0.1[/24] [peer 10.0.0.2/32] [brd …] scope global [flags] LABEL</c>.</summary>
    private static void ReadAddress(string[] words, LinkDraft draft, NamespaceBuilder network)
    {
        if (words.Length < 2)
        {
            return;
        }
        var peer = After(words, "peer")?.Split('/');
        var local = words[1].Split('/');
        if (!IPAddress.TryParse(local[0], out var address))
        {
            return;
        }
        var length = (peer ?? local) is [_, var bits] && int.TryParse(bits, CultureInfo.InvariantCulture, out var parsed)
            ? parsed
            : address.GetAddressBytes().Length * 8;
        network.Add(draft.Name, new LinkAddress
        {
            IfIndex = draft.Facts.IfIndex,
            Address = address,
            PrefixLength = length,
            Scope = LinkDraft.ScopeOf(After(words, "scope")),
            Peer = peer is not null && IPAddress.TryParse(peer[0], out var other) ? other : null,
            Tentative = Array.IndexOf(words, "tentative") >= 0 || Array.IndexOf(words, "dadfailed") >= 0,
        });
    }

    private static string? After(string[] words, string word)
    {
        var at = Array.IndexOf(words, word);
        return at >= 0 && at + 1 < words.Length ? words[at + 1] : null;
    }

    private static int? IntegerAfter(string[] words, string word) =>
        int.TryParse(After(words, word), CultureInfo.InvariantCulture, out var value) ? value : null;

    private static IPAddress? AddressAfter(string[] words, string word) =>
        IPAddress.TryParse(After(words, word), out var address) ? address : null;

    private static bool? SwitchAfter(string[] words, string word) => After(words, word) switch
    {
        "on" or "1" => true,
        "off" or "0" => false,
        _ => null,
    };

    private static int? Number(Match match) =>
        match.Success && int.TryParse(match.Groups[1].Value, CultureInfo.InvariantCulture, out var value) ? value : null;

    [GeneratedRegex(@"^\s*(?<index>\d{1,9}):\s*(?<name>[^\s:@<>]{1,15})(?:@(?<peer>[^\s:<>]{1,15}))?:\s*<(?<flags>[A-Z0-9_,\- ]*)>\s*(?<rest>.*)$")]
    private static partial Regex HeaderPattern();

    [GeneratedRegex(@"^if(\d{1,9})$")]
    private static partial Regex UnseenPeerPattern();

    [GeneratedRegex(@"mtu\s*(\d{1,9})")]
    private static partial Regex MtuPattern();

    [GeneratedRegex(@"qlen\s*(\d{1,9})")]
    private static partial Regex QueuePattern();

    // by name, as a lost blank glues "state" or "master" to it
    [GeneratedRegex(@"\bqdisc\s*(noqueue|noop|mq|pfifo_fast|pfifo|fq_codel|fq|netem|htb|tbf|prio|sfq|cake|hfsc)")]
    private static partial Regex DisciplinePattern();

    [GeneratedRegex(@"master\s*([^\s:@<>]{1,15})(?=\s|$)")]
    private static partial Regex MasterPattern();

    [GeneratedRegex(@"state\s*(UP|DOWN|UNKNOWN|LOWERLAYERDOWN|NOTPRESENT|TESTING|DORMANT)")]
    private static partial Regex StatePattern();
}
