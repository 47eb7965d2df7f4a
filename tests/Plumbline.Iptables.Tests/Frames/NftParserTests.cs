using Plumbline.Iptables.Frames;
using Plumbline.Primitives;

namespace Plumbline.Iptables.Tests.Frames;

/// <summary>nft list ruleset, in the form that nft 1.0.6 prints; what each drops was seen on a kernel.</summary>
public sealed class NftParserTests
{
    private const string Text = """
        # Warning: table ip filter is managed by iptables-nft, do not touch!
        table ip filter {
        	chain FORWARD {
        		type filter hook forward priority filter; policy drop;
        		counter packets 0 bytes 0 jump neutron-openvswi-FORWARD
        	}
        }
        table bridge ops {
        	set hosts {
        		type ipv4_addr
        		elements = { 10.1.0.21, 10.1.0.22,
        			     10.1.0.23 }
        	}
        	chain later {
        		type filter hook forward priority filter + 5; policy drop;
        		accept
        	}
        	chain f {
        		type filter hook forward priority filter; policy accept;
        		ip daddr @hosts icmp type { echo-request, echo-reply } counter packets 3 bytes 252 drop comment "by hand"
        		oifname "tap*" tcp dport 8000-8010 jump own
        		ether type arp arp operation request arp daddr ip 10.1.0.99 drop
        		meta random 5 drop
        	}
        	chain own {
        		ip saddr != 10.1.0.0/24 return
        		log prefix "seen: " level info reject with icmp type admin-prohibited
        	}
        }
        table netdev ops {
        	chain i {
        		type filter hook ingress device "tap6ef565e0-4a" priority filter; policy accept;
        		ct state established,related accept
        		drop
        	}
        }
        """;

    private static readonly NftRuleset _rules = NftParser.Parse(Text);

    [Fact]
    public void Base_chains_stand_in_the_order_of_their_priorities_and_iptables_own_are_left_out() =>
        Assert.Equal(["bridge ops f -200", "bridge ops later -195", "netdev ops i 0"], _rules.Bases.Select(b => $"{b.Key} {b.Name} {b.Priority}"));

    [Theory]
    [InlineData("10.1.0.23", 1, 8, 0, "tap1", "bridge ops f: ip daddr @hosts")]
    [InlineData("10.1.0.24", 1, 8, 0, "tap1", null)]
    [InlineData("10.1.0.24", 6, 0, 8005, "tap1", "bridge ops own: log prefix")]
    [InlineData("10.1.0.24", 6, 0, 8005, "qvb1", null)]
    [InlineData("10.1.0.24", 6, 0, 8011, "tap1", null)]
    public void A_frame_meets_what_the_kernel_would_ask(string to, byte protocol, byte type, ushort port, string device, string? by)
    {
        var decision = _rules.Decide(["bridge"], "forward", null, Frame(to, protocol, type, port) with { In = "qvb0", Out = device })!;
        Assert.Equal(by is not null, decision.IsDropped);
        Assert.StartsWith(by ?? "bridge ops later: accept", decision.By, StringComparison.Ordinal);
        if (by is null)
        {
            Assert.Contains("bridge ops f: meta random 5 drop", decision.DependsOn);
        }
    }

    [Fact]
    public void A_chain_of_a_device_is_asked_for_that_device_alone_and_depends_on_a_state_that_nobody_knows()
    {
        var frame = Frame("10.1.0.24", 6, 0, 22);
        Assert.Null(_rules.Decide(["netdev"], "ingress", "tap1", frame));
        Assert.True(_rules.Decide(["netdev"], "ingress", "tap6ef565e0-4a", frame with { ConnectionState = 8 })!.IsDropped);
        Assert.False(_rules.Decide(["netdev"], "ingress", "tap6ef565e0-4a", frame with { ConnectionState = 2 })!.IsDropped);
        Assert.NotEmpty(_rules.Decide(["netdev"], "ingress", "tap6ef565e0-4a", frame)!.DependsOn);
    }

    [Theory]
    [InlineData("")]
    [InlineData("table bridge x {")]
    [InlineData("table bridge x {\n chain c {\n type filter hook forward priority\n ip daddr\n tcp dport {\n }\n")]
    public void What_is_cut_off_is_read_as_far_as_it_goes(string text) => Assert.NotNull(NftParser.Parse(text));

    private static FrameFacts Frame(string to, byte protocol, byte type, ushort port) => new()
    {
        EtherType = 0x0800,
        Source = new MacAddress(0x0200_0000_0001),
        Destination = new MacAddress(0x0200_0000_0002),
        From = Address("10.1.0.11"),
        To = Address(to),
        Protocol = protocol,
        IcmpType = protocol == 1 ? type : null,
        IcmpCode = protocol == 1 ? (byte)0 : null,
        SourcePort = protocol == 6 ? (ushort)40000 : null,
        DestinationPort = protocol == 6 ? port : null,
    };

    private static Number128 Address(string text)
    {
        Number128 number = 0;
        foreach (var one in text.Split('.'))
        {
            number = (number << 8) | byte.Parse(one, System.Globalization.CultureInfo.InvariantCulture);
        }
        return number;
    }

    [Theory]
    [InlineData("masquerade", "MasqueradeTarget")]
    [InlineData("tcp dport 80 redirect to :9697", "RedirectTarget")]
    [InlineData("oifname \"qg-1\" snat ip to 203.0.113.9 fully-random", "SnatTarget")]
    [InlineData("dnat ip6 to [fd00::1]:80", "DnatTarget")]
    [InlineData("dnat to 10.0.0.1-10.0.0.9:8080", "DnatTarget")]
    public void A_translation_is_what_iptables_would_call_it(string rule, string kind)
    {
        var rules = NftParser.Parse($"table inet n {{\n\tchain c {{\n\t\ttype nat hook postrouting priority srcnat; policy accept;\n\t\t{rule}\n\t}}\n}}\n");
        var frame = Frame("10.1.0.24", 6, 0, 80) with { Out = "qg-1", ConnectionState = 8 };
        Assert.Equal(kind, rules.Decide(["inet"], "postrouting", null, frame)!.Translation?.GetType().Name);
        Assert.Null(rules.Decide(["inet"], "postrouting", null, frame with { ConnectionState = 2 }));
    }

    [Fact]
    public void A_verdict_map_is_a_rule_for_each_of_its_elements_and_before_the_connection_tracker_all_is_invalid()
    {
        const string Map = """
            table inet n {
            	map ports {
            		type inet_service : verdict
            		elements = { 22 : accept, 23 : drop }
            	}
            	chain c {
            		type filter hook prerouting priority raw; policy accept;
            		ct state vmap { established : drop, new : drop }
            		iifname "tap1" tcp dport vmap @ports
            	}
            	chain d {
            		type filter hook forward priority filter; policy drop;
            		ct state vmap { established : accept, invalid : drop }
            	}
            }
            """;
        var rules = NftParser.Parse(Map);
        var frame = Frame("10.1.0.24", 6, 0, 23) with { In = "tap1", ConnectionState = 8 };
        Assert.True(rules.Decide(["inet"], "prerouting", null, frame)!.IsDropped);
        Assert.False(rules.Decide(["inet"], "prerouting", null, frame with { In = "tap2" })!.IsDropped);
        Assert.False(rules.Decide(["inet"], "prerouting", null, Frame("10.1.0.24", 6, 0, 22) with { In = "tap1", ConnectionState = 8 })!.IsDropped);
        Assert.True(rules.Decide(["inet"], "forward", null, frame)!.IsDropped);
        Assert.False(rules.Decide(["inet"], "forward", null, frame with { ConnectionState = 2 })!.IsDropped);
    }
}
