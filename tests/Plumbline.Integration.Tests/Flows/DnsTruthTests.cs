using System.Text.Json;

namespace Plumbline.Integration.Tests.Flows;

/// <summary>Names that the C library's resolver asks dnsmasq for, each failing in its own way: counted as tshark counts them.</summary>
public sealed class DnsTruthTests
{
    private static readonly string _resolve =
        "unshare -m sh -c 'mount --bind resolv.conf /etc/resolv.conf; for name; do timeout 20 getent ahostsv4 $name; done' sh";

    [SkippableFact]
    public void Each_failure_is_told_with_its_name_and_its_count()
    {
        using var network = Start();
        var flows = network.Run($"{_resolve} good.test. gone.test. fail.test. silent.test. else.where.");
        var failures = flows.List("dnsFailures").ToDictionary(f => f.GetProperty("question").GetString()!);
        Assert.Equal(["else.where", "fail.test", "gone.test", "silent.test"], failures.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, code) in ((string, int)[])[("gone.test", 3), ("fail.test", 2), ("else.where", 5)])
        {
            Assert.Equal(code, failures[name].GetProperty("responseCode").GetInt32());
            Assert.Equal(flows.Tshark($"dns.qry.name==\"{name}\" && dns.flags.rcode=={code}"), failures[name].GetProperty("times").GetInt32());
        }
        Assert.Equal("no answer", Outcome(failures["silent.test"]));
        Assert.Equal(flows.Tshark("dns.qry.name==\"silent.test\" && dns.flags.response==0"), failures["silent.test"].GetProperty("times").GetInt32());
        Assert.True(failures["silent.test"].GetProperty("waitedSeconds").GetDouble() > 1);
    }

    [SkippableFact]
    public void A_long_answer_comes_over_tcp_and_where_tcp_is_shut_that_is_the_failure()
    {
        using var network = Start();
        var well = network.Run($"{_resolve} big.test.");
        Assert.True(well.Tshark("dns.flags.truncated==1 && udp") > 0 && well.Tshark("tcp.dstport==53 && dns") > 0);
        Assert.Empty(well.List("dnsFailures"));
        network.Server.Run("iptables", "-A", "INPUT", "-p", "tcp", "--dport", "53", "-j", "REJECT", "--reject-with", "tcp-reset");
        var shut = Assert.Single(network.Run($"{_resolve} big.test.").List("dnsFailures"));
        Assert.Equal("the answer did not fit, and was not asked for over TCP", Outcome(shut));
    }

    private static string Outcome(JsonElement failure) => failure.GetProperty("outcome").GetString()!;

    private static ServedNetwork Start()
    {
        var network = new ServedNetwork();
        try
        {
            network.Client.Run("ip", "addr", "add", "10.44.0.9/24", "dev", "ec");
            File.WriteAllText(Path.Join(network.Folder, "resolv.conf"), $"nameserver {ServedNetwork.ServerAddress}\noptions timeout:1 attempts:2\n");
            // an upstream that says "server failure" to all, at one port; at the other it says nothing
            File.WriteAllText(Path.Join(network.Folder, "upstream.py"), """
                import socket, sys
                fail, silent = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
                fail.bind(('10.44.0.2', 5300)); silent.bind(('10.44.0.2', 5301))
                print('ready', file=sys.stderr, flush=True)
                while True:
                    data, peer = fail.recvfrom(4096)
                    fail.sendto(data[:2] + b'\x81\x82' + data[4:], peer)

                """);
            network.Start(network.Other, "ready", "python3", Path.Join(network.Folder, "upstream.py"));
            var hosts = Path.Join(network.Folder, "hosts");
            File.WriteAllLines(hosts, Enumerable.Range(1, 90).Select(i => $"10.45.0.{i} big.test"));
            network.Serve(
                network.Server, "es", "--local=/gone.test/", "--address=/good.test/10.44.0.77", "--server=/fail.test/10.44.0.2#5300",
                "--server=/silent.test/10.44.0.2#5301",
                $"--addn-hosts={hosts}");
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
