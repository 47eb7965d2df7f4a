using System.Globalization;
using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Simulation;

namespace Plumbline.Integration.Tests.OpenFlow;

/// <summary>Does the datapath actions that <c>ofproto/trace</c> prints (ovs-actions(7), odp-util's text) to a packet.</summary>
internal sealed class DatapathActions(IReadOnlySet<string> underlay)
{
    private readonly List<TracedOutput> _outputs = [];
    private readonly Queue<FlowKey> _recirculated = new();
    private readonly List<string> _told = [];

    /// <summary>All that left, of all passes.</summary>
    /// <param name="trace">What <c>ofproto/trace</c> printed.</param>
    /// <param name="packet">The packet it was asked about.</param>
    /// <param name="underlay">Datapath ports that only carry tunnels: what leaves there is the carrier.</param>
    /// <param name="told">What the connection tracker was asked and told: <c>zone=5</c>, <c>commit,zone=5,mark=1</c>.</param>
    public static List<TracedOutput> Evaluate(string trace, FlowKey packet, IReadOnlySet<string> underlay, out List<string> told)
    {
        var run = new DatapathActions(underlay);
        run._recirculated.Enqueue(packet.Copy());
        string? translated = null;
        foreach (var line in trace.Split('\n'))
        {
            if (line.StartsWith(" Modified flow: ", StringComparison.Ordinal))
            {
                translated = line[16..];
            }
            else if (line.StartsWith("Datapath actions: ", StringComparison.Ordinal))
            {
                var key = run._recirculated.Dequeue();
                foreach (var part in translated?.Split(',') ?? [])
                {
                    var pair = part.Split('=');
                    if (pair.Length == 2)
                    {
                        key.Set(pair[0].Trim(), FlowKey.Parse($"{pair[0].Trim()}={pair[1]}").Get(pair[0].Trim()));
                    }
                }
                translated = null;
                run.Do(line[18..], key);
            }
        }
        Assert.True(run._recirculated.Count == 0, "the trace does not follow all that is recirculated:\n" + trace);
        told = run._told;
        return run._outputs;
    }

    private void Do(string actions, FlowKey key)
    {
        foreach (var action in Split(actions))
        {
            var open = action.IndexOf('(', StringComparison.Ordinal);
            var name = open < 0 ? action : action[..open];
            var body = open < 0 ? "" : action[(open + 1)..^1];
            switch (name)
            {
                case "ct":
                    _told.Add(Track(body));
                    break;
                case "drop" or "ct_clear" or "hash" or "meter" or "trunc":
                    break;
                case "push_vlan":
                    PushVlan(key, body);
                    break;
                case "pop_vlan":
                    key.PopVlan();
                    break;
                case "set":
                    Set(key, body);
                    break;
                case "clone":
                    Do(body, key.Copy());
                    break;
                case "recirc":
                    _recirculated.Enqueue(key.Copy());
                    break;
                case "userspace":
                    Assert.Contains("controller", body, StringComparison.Ordinal);
                    _outputs.Add(new("controller", key.Copy()));
                    break;
                case "tnl_push":
                    // Open vSwitch 3.1 forgets the clone around this where an action set ran beyond a patch port: go on
                    _outputs.Add(new(Tunnel(body), key.Copy()));
                    break;
                case var port when underlay.Contains(port):
                    break;
                default:
                    Assert.True(name.All(char.IsAsciiDigit), $"a datapath action that the test does not know: {action}");
                    _outputs.Add(new(name, key.Copy()));
                    break;
            }
        }
    }

    /// <summary>A zone that is not told is 0; a mark without bits that it writes says nothing.</summary>
    private static string Track(string body)
    {
        var parts = Split(body).ToList();
        var zone = parts.Find(p => p.StartsWith("zone=", StringComparison.Ordinal)) ?? "zone=0";
        var mark = parts.Find(p => p.StartsWith("mark=", StringComparison.Ordinal))?[5..].Split('/')[0];
        return (parts.Contains("commit") ? "commit," : "") + zone + (mark is null or "0" or "0x0" ? "" : ",mark=" + mark.Replace("0x", "", StringComparison.Ordinal));
    }

    private static void PushVlan(FlowKey key, string body)
    {
        uint tpid = 0x8100, tci = 0x1000;
        foreach (var part in body.Split(','))
        {
            var pair = part.Split('=');
            var value = pair[1].StartsWith("0x", StringComparison.Ordinal)
                ? uint.Parse(pair[1][2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)
                : uint.Parse(pair[1], CultureInfo.InvariantCulture);
            switch (pair[0])
            {
                case "vid":
                    tci |= value;
                    break;
                case "pcp":
                    tci |= value << 13;
                    break;
                case "tpid":
                    tpid = value;
                    break;
                default:
                    break;
            }
        }
        key.PushVlan(tpid, tci);
    }

    private static void Set(FlowKey key, string body)
    {
        var open = body.IndexOf('(', StringComparison.Ordinal);
        var layer = body[..open];
        foreach (var part in Split(body[(open + 1)..^1]))
        {
            var pair = part.Split('=', 2);
            var field = (layer, pair[0]) switch
            {
                ("eth", "src") => "dl_src",
                ("eth", "dst") => "dl_dst",
                ("ipv4", "src") => "nw_src",
                ("ipv4", "dst") => "nw_dst",
                ("ipv4", "tos") or ("ipv6", "tclass") => "nw_tos",
                ("ipv4", "ttl") or ("ipv6", "hlimit") => "nw_ttl",
                ("ipv6", "src") => "ipv6_src",
                ("ipv6", "dst") => "ipv6_dst",
                ("ipv6", "label") => "ipv6_label",
                ("tcp" or "udp" or "sctp", "src") => "tp_src",
                ("tcp" or "udp" or "sctp", "dst") => "tp_dst",
                ("arp", "sip") => "arp_spa",
                ("arp", "tip") => "arp_tpa",
                ("arp", "op") => "arp_op",
                ("arp", "sha") => "arp_sha",
                ("arp", "tha") => "arp_tha",
                ("nd", "target") => "nd_target",
                ("nd", "sll") => "nd_sll",
                ("nd", "tll") => "nd_tll",
                ("icmp" or "icmpv6", "type") => "icmp_type",
                ("icmp" or "icmpv6", "code") => "icmp_code",
                ("skb_mark" or "skb_priority", _) => null,
                _ => throw new InvalidOperationException($"set({body})"),
            };
            if (field is not null)
            {
                SetField(key, field, pair[1]);
            }
        }
    }

    private static void SetField(FlowKey key, string field, string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var value = Read(field, slash < 0 ? text : text[..slash]);
        var mask = slash < 0 ? UInt128.MaxValue : Read(field, text[(slash + 1)..]);
        if (field == "nw_tos")
        {
            key[Slot.NwTos] = key[Slot.NwTos] & ~mask | value & mask;
            return;
        }
        key.Set(field, key.Get(field) & ~mask | value & mask);
    }

    private static UInt128 Read(string field, string text)
    {
        Assert.True(FieldText.TryParseValue(FieldTable.Get(field), text, out var value), $"{field}={text}");
        return value;
    }

    private static string Tunnel(string body)
    {
        var port = Between(body, "tnl_port(", ')');
        var outer = body[body.IndexOf(",ipv4(", StringComparison.Ordinal)..];
        var key = body.Contains("vni=", StringComparison.Ordinal) ? Between(body, "vni=0x", ')', ',')
            : body.Contains("key=", StringComparison.Ordinal) ? Between(body, "key=0x", ')', ',') : "0";
        return $"{port} to {Between(outer, "dst=", ',')} key {key}";
    }

    private static string Between(string text, string before, params char[] after)
    {
        var start = text.IndexOf(before, StringComparison.Ordinal) + before.Length;
        return text[start..text.IndexOfAny(after, start)];
    }

    private static IEnumerable<string> Split(string text)
    {
        var (depth, start) = (0, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || text[i] == ',' && depth == 0)
            {
                if (i > start)
                {
                    yield return text[start..i];
                }
                start = i + 1;
            }
            else
            {
                depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
            }
        }
    }
}
