namespace Plumbline.Integration.Tests.Enforcing;

/// <summary>plumb apply and unapply on real tables, both variants.</summary>
public sealed class ApplyTests
{
    [SkippableTheory]
    [InlineData("nft")]
    [InlineData("legacy")]
    public void A_second_apply_changes_nothing_and_foreign_rules_stay(string variant)
    {
        using var node = new ApplyNode(variant);
        var foreign = node.Save();
        var file = node.Write("in tcp 22, in tcp 80-90 from 192.0.2.7/24, in icmp 255, in ip from 10.0.0.0/8");
        var first = node.Run("apply", file);
        Assert.True(first.Status == 0, first.Error);
        var applied = node.Save();
        Assert.Contains("-A neutron-openvswi-i7f6c1c2e-4 -p tcp -m tcp --dport 22 -j RETURN", applied, StringComparison.Ordinal);
        Assert.Contains("-A neutron-openvswi-i7f6c1c2e-4 -m set --match-set NIPv4web src -j RETURN", applied, StringComparison.Ordinal);
        Assert.Contains("-A FORWARD -j neutron-openvswi-FORWARD\n-A FORWARD -j DOCKER\n-A FORWARD -j DOCKER", applied, StringComparison.Ordinal);
        var second = node.Run("apply", file);
        Assert.Equal("all is as wanted already, nothing to change\n", second.Output);
        Assert.Equal(applied, node.Save());
        Assert.Equal(0, node.Run("unapply", "--all").Status);
        Assert.Equal(WithoutEmpty(foreign), WithoutEmpty(node.Save()));
    }

    [SkippableFact]
    public void A_dry_run_prints_the_difference_and_changes_nothing()
    {
        using var node = new ApplyNode("nft");
        Assert.Equal(0, node.Run("apply", node.Write("in tcp 22")).Status);
        var before = node.Save();
        var (status, output, _) = node.Run("apply", node.Write("in tcp 443"), "--dry-run");
        Assert.Equal(0, status);
        Assert.Equal("""
            iptables:
              - filter -A neutron-openvswi-i7f6c1c2e-4 -p tcp -m tcp --dport 22 -j RETURN
              + filter -A neutron-openvswi-i7f6c1c2e-4 -p tcp -m tcp --dport 443 -j RETURN
            conntrack:
              conntrack -D -f ipv4 -w 4097 -p tcp --orig-port-dst 22 -d 10.0.0.11/32

            """, output);
        Assert.Equal(before, node.Save());
    }

    [SkippableTheory]
    [InlineData("nft", "iptables-restore")]
    [InlineData("nft", "ip6tables-restore")]
    [InlineData("legacy", "ip6tables-restore")]
    public void A_refused_restore_leaves_the_old_state_whole(string variant, string program)
    {
        using var node = new ApplyNode(variant);
        Assert.Equal(0, node.Run("apply", node.Write("in tcp 22")).Status);
        var before = node.Save();
        // fails once, as the kernel would refuse a transaction; undoing then works
        node.Replace(program, $"[ -e {node.State}/failed ] && exec /usr/sbin/{program.Replace("tables-", $"tables-{variant}-", StringComparison.Ordinal)} \"$@\"\n"
            + $"cat >/dev/null; touch {node.State}/failed; echo 'line 2 failed: no buffer space' >&2; exit 4");
        var file = node.Write("in tcp 443, in ipv6 tcp 443", $"  - {{id: 1be2a9d0-77c3-4f02-8e11-5c6d7e8f9a0b, mac: 'fa:16:3e:00:00:02', ip: 10.0.0.12, groups: web}}");
        var (status, _, error) = node.Run("apply", file);
        Assert.Equal(2, status);
        Assert.Contains("all is as it was before", error, StringComparison.Ordinal);
        Assert.Equal(before, node.Save());
        Assert.Empty(Directory.EnumerateDirectories(node.State));
    }

    [SkippableTheory]
    [InlineData("nft")]
    [InlineData("legacy")]
    public void Killed_between_steps_its_guard_puts_the_old_state_back(string variant)
    {
        using var node = new ApplyNode(variant);
        Assert.Equal(0, node.Run("apply", node.Write("in tcp 22")).Status);
        var before = node.Save();
        node.Replace("ip6tables-restore", $"[ -e {node.State}/killed ] && exec /usr/sbin/ip6tables-{variant}-restore \"$@\"\n"
            + $"touch {node.State}/killed; kill -9 $PPID; exit 1");
        var file = node.Write("in tcp 443", $"  - {{id: 1be2a9d0-77c3-4f02-8e11-5c6d7e8f9a0b, mac: 'fa:16:3e:00:00:02', ip: 10.0.0.12, groups: web}}");
        Assert.Equal(137, node.Run("apply", file).Status);
        ApplyNode.Until(() => !Directory.EnumerateDirectories(node.State).Any(), "the guard is done");
        Assert.Equal(before, node.Save());
        Assert.Equal(0, node.Run("apply", file).Status);
    }

    [SkippableTheory]
    [InlineData("nft")]
    [InlineData("legacy")]
    public void A_rule_that_has_to_be_made_again_gets_its_counters_back(string variant)
    {
        const string Rule = "-A neutron-openvswi-i7f6c1c2e-4 -p tcp -m tcp --dport 22 -j RETURN";
        using var node = new ApplyNode(variant);
        Assert.Equal(0, node.Run("apply", node.Write("in tcp 22")).Status);
        node.Tables("-R", "neutron-openvswi-i7f6c1c2e-4", "5", "-c", "7", "420", "-p", "tcp", "-m", "tcp", "--dport", "22", "-j", "RETURN");
        Assert.Contains($"[7:420] {Rule}", node.Namespace.Run($"iptables-{variant}-save", "-c"), StringComparison.Ordinal);
        // IPv4's change goes through, and is undone since IPv6's is refused
        node.Replace("ip6tables-restore", $"[ -e {node.State}/failed ] && exec /usr/sbin/ip6tables-{variant}-restore \"$@\"\n"
            + $"cat >/dev/null; touch {node.State}/failed; echo 'line 2 failed: no buffer space' >&2; exit 4");
        var (status, _, error) = node.Run("apply", node.Write("in tcp 443, in ipv6 tcp 443"));
        Assert.Equal(2, status);
        Assert.Contains("all is as it was before", error, StringComparison.Ordinal);
        Assert.Contains($"[7:420] {Rule}", node.Namespace.Run($"iptables-{variant}-save", "-c"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Unapply_of_a_file_removes_its_ports_and_leaves_the_others()
    {
        using var node = new ApplyNode("nft");
        Assert.Equal(0, node.Run("apply", node.Write("in tcp 22")).Status);
        var one = node.Save();
        var both = node.Write(
            "in tcp 22", "  - {id: 1be2a9d0-77c3-4f02-8e11-5c6d7e8f9a0b, mac: 'fa:16:3e:00:00:02', ip: 10.0.0.12, groups: web}");
        Assert.Equal(0, node.Run("apply", both).Status);
        var dry = node.Run("unapply", node.Write("in tcp 22"), "--dry-run");
        Assert.Contains("  - filter -A neutron-openvswi-i7f6c1c2e-4 ", dry.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("i1be2a9d0-7 ", dry.Output, StringComparison.Ordinal);
        Assert.Equal(0, node.Run("unapply", node.Write("in tcp 22")).Status);
        var left = node.Save();
        Assert.DoesNotContain("7f6c1c2e-4", left, StringComparison.Ordinal);
        Assert.Contains("-A neutron-openvswi-i1be2a9d0-7 -p tcp -m tcp --dport 22 -j RETURN", left, StringComparison.Ordinal);
        Assert.Equal("all is as wanted already, nothing to change\n", node.Run("unapply", node.Write("in tcp 22")).Output);
        Assert.NotEqual(one, left);
    }

    [SkippableFact]
    public void Rules_without_our_mark_are_an_agent_s_and_stay()
    {
        using var node = new ApplyNode("nft");
        node.Tables("-N", "neutron-openvswi-sg-chain");
        var (status, _, error) = node.Run("apply", node.Write("in tcp 22"));
        Assert.Equal(3, status);
        Assert.Contains("--take-over", error, StringComparison.Ordinal);
        Assert.Equal(0, node.Run("apply", node.Write("in tcp 22"), "--take-over").Status);
    }

    [SkippableFact]
    public void Connections_of_a_withdrawn_rule_are_forgotten_and_others_are_not()
    {
        Testing.Root.SkipUnlessInstalled("conntrack");
        using var node = new ApplyNode("nft");
        Assert.Equal(0, node.Run("apply", node.Write("in tcp 22, in tcp 443")).Status);
        foreach (var port in (string[])["22", "443"])
        {
            node.Namespace.Run("conntrack", "-I", "-w", "4097", "-p", "tcp", "-s", "192.0.2.1", "-d", "10.0.0.11", "--sport", "1234", "--dport", port,
                "--state", "ESTABLISHED", "-t", "300");
        }
        Assert.Equal(0, node.Run("apply", node.Write("in tcp 443")).Status);
        var left = node.Namespace.Run("conntrack", "-L", "-w", "4097");
        Assert.Contains("dport=443", left, StringComparison.Ordinal);
        Assert.DoesNotContain("dport=22 ", left, StringComparison.Ordinal);
    }

    /// <summary>A table that was used once stays, empty.</summary>
    private static string WithoutEmpty(string save) => string.Join('\n', save.Split('\n').Where(l => l.StartsWith("-A ", StringComparison.Ordinal)
        || l.StartsWith(":DOCKER", StringComparison.Ordinal) || l.StartsWith("create ", StringComparison.Ordinal)));
}
