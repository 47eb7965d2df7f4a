using System.Text.Json;

namespace Plumbline.Integration.Tests.Flows;

/// <summary>Exchanges of real clients (udhcpc, dhclient) and servers (dnsmasq) that fail where a fault was planted: <c>plumb flows</c> names that step.</summary>
public sealed class DhcpTruthTests
{
    private const string Pool = "--dhcp-range=10.44.0.50,10.44.0.60,255.255.255.0,1h";
    private const string Udhcpc = "timeout 20 udhcpc -i ec -n -q -t 2 -T 1 -s /bin/true";
    private const string Dhclient6 = "timeout 8 dhclient -6 -1 -lf $PWD/l6 -pf $PWD/p6 -sf /bin/true ec";

    [SkippableFact]
    public void Nothing_is_missing_where_all_is_well()
    {
        using var network = new ServedNetwork();
        network.Serve(network.Server, "es", "--port=0", Pool, "--dhcp-range=fd44::50,fd44::60,64,1h");
        var flows = network.Run($"{Udhcpc}; {Dhclient6}");
        Assert.All(flows.List("dhcpExchanges"), e => Assert.Equal("none", Missing(e)));
        var v4 = Of(flows, 4).Single();
        Assert.Equal(["discover", "offer", "request", "ack"], Messages(v4));
        Assert.Equal((ServedNetwork.ServerAddress, 3600), (Text(v4, "server"), v4.GetProperty("leaseSeconds").GetInt32()));
        Assert.Contains(Of(flows, 6), e => Messages(e).SequenceEqual(["request", "reply"]));
    }

    [SkippableTheory]
    [InlineData("", "offer", "advertise")] // nobody serves
    [InlineData("iptables -A INPUT -p udp --dport 67 -m string --algo bm --hex-string '|350101|' -j DROP;"
        + "ip6tables -A INPUT -p udp --dport 547 -m u32 --u32 '48>>24&0xFF=1' -j DROP", "offer", "advertise")]
    [InlineData("iptables -A INPUT -p udp --dport 67 -m string --algo bm --hex-string '|350103|' -j DROP;"
        + "ip6tables -A INPUT -p udp --dport 547 -m u32 --u32 '48>>24&0xFF=3' -j DROP", "ack", "reply")]
    public void The_message_that_gets_no_answer_is_named(string fault, string missing, string missingV6)
    {
        using var network = new ServedNetwork();
        if (fault.Length > 0)
        {
            network.Server.Run("sh", "-c", fault);
            network.Serve(network.Server, "es", "--port=0", Pool, "--dhcp-range=fd44::50,fd44::60,64,1h");
        }
        var flows = network.Run($"{Udhcpc}; {Dhclient6}");
        Assert.Equal([missing], Of(flows, 4).Select(Missing).Distinct());
        Assert.Equal([missingV6], Of(flows, 6).Select(Missing).Where(m => m != "none").Distinct());
        Assert.Equal(flows.Tshark("dhcp.type==1"), flows.List("dhcpExchanges").Where(e => e.GetProperty("ipVersion").GetInt32() == 4)
            .Sum(e => Messages(e).Where(m => m.StartsWith("discover", StringComparison.Ordinal) || m.StartsWith("request", StringComparison.Ordinal))
                .Sum(m => m.Split('×') is [_, var times] ? int.Parse(times, System.Globalization.CultureInfo.InvariantCulture) : 1)));
    }

    [SkippableFact]
    public void A_lease_of_another_network_is_refused_with_the_servers_reason_and_the_next_round_is_complete()
    {
        using var network = new ServedNetwork();
        network.Serve(network.Server, "es", "--port=0", "--dhcp-authoritative", Pool);
        File.WriteAllText(Path.Join(network.Folder, "old"), """
            lease {
              interface "ec";
              fixed-address 10.99.0.7;
              option dhcp-server-identifier 10.44.0.1;
              option dhcp-lease-time 86400;
              renew 1 2099/01/05 00:00:00; rebind 1 2099/01/05 00:00:00; expire 1 2099/01/05 00:00:00;
            }

            """);
        var flows = network.Run("timeout 15 dhclient -4 -1 -lf old -pf p4 -sf /bin/true ec");
        var refused = Of(flows, 4).Single(e => Missing(e) == "refused");
        Assert.Contains("nak", string.Join(' ', Messages(refused)), StringComparison.Ordinal);
        Assert.Equal("wrong network", Text(refused, "reason"));
        Assert.Contains(Of(flows, 4), e => Missing(e) == "none" && Text(e, "address")!.StartsWith("10.44.0.", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void An_address_that_somebody_has_is_declined()
    {
        using var network = new ServedNetwork();
        network.Other.Run("ip", "addr", "add", "10.44.0.50/24", "dev", "eo");
        network.Serve(network.Server, "es", "--port=0", "--dhcp-range=10.44.0.50,10.44.0.50,255.255.255.0,1h");
        var flows = network.Run("timeout 6 udhcpc -a -i ec -n -q -t 2 -T 1 -s /bin/true");
        Assert.True(flows.Tshark("dhcp.option.dhcp == 4") > 0);
        Assert.Contains(Of(flows, 4), e => Missing(e) == "declined");
    }

    [SkippableFact]
    public void A_second_server_is_named_beside_the_one_that_gave_the_address()
    {
        using var network = new ServedNetwork();
        network.Serve(network.Server, "es", "--port=0", Pool);
        network.Serve(network.Other, "eo", "--port=0", "--dhcp-range=10.44.0.150,10.44.0.160,255.255.255.0,1h");
        // udhcpc takes the first offer, and the other comes too late to be seen now and then
        var exchanges = Enumerable.Range(0, 3).SelectMany(_ => Of(network.Run($"{Udhcpc}; sleep 0.3"), 4)).ToList();
        Assert.All(exchanges, e => Assert.Equal("none", Missing(e)));
        Assert.Contains(exchanges, e => e.TryGetProperty("otherServers", out var others)
            && (others[0].GetString(), Text(e, "server")) is (ServedNetwork.OtherAddress, ServedNetwork.ServerAddress)
                or (ServedNetwork.ServerAddress, ServedNetwork.OtherAddress));
    }

    [SkippableFact]
    public void A_v6_server_without_addresses_refuses_by_its_status()
    {
        using var network = new ServedNetwork();
        network.Serve(network.Server, "es", "--port=0", "--dhcp-range=fd44::,static,64,1h");
        var flows = network.Run(Dhclient6);
        var refused = Of(flows, 6).First(e => Missing(e) == "refused");
        Assert.Equal(2, refused.GetProperty("statusCode").GetInt32());
        Assert.Equal(flows.Tshark("dhcpv6.status_code == 2") > 0, Text(refused, "reason") is { Length: > 0 });
    }

    private static List<JsonElement> Of(FlowsAnswer flows, int version) =>
        [.. flows.List("dhcpExchanges").Where(e => e.GetProperty("ipVersion").GetInt32() == version)];

    private static string Missing(JsonElement exchange) => exchange.GetProperty("missing").GetString()!;

    private static string[] Messages(JsonElement exchange) => [.. exchange.GetProperty("messages").EnumerateArray().Select(m => m.GetString()!)];

    private static string? Text(JsonElement exchange, string member) => exchange.TryGetProperty(member, out var value) ? value.GetString() : null;
}
