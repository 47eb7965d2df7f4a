using Plumbline.Linux;
using Plumbline.Neutron.SecurityGroups;

namespace Plumbline.Operations.Labs;

/// <summary>The security group of the lab's VMs, as Neutron's agent would program it on a node.</summary>
internal static class LabFirewall
{
    internal const string GroupId = "5d2a3c61-9be4-4d0e-8f7a-61c5b0a9d8e7";

    public static async Task ApplyAsync(LabDescription lab, LabNode node, CancellationToken cancellationToken)
    {
        var ports = lab.Instances.Where(i => i.Node == node.Name).Select(i => new FirewallPort
        {
            Id = i.PortId,
            Address = i.Mac,
            FixedAddresses = i.IPv6Address is { } ipv6 ? [i.Address, ipv6] : [i.Address],
            SecurityGroups = [GroupId],
        });
        var firewall = HybridFirewall.Compile([.. ports], [GroupOf(lab)]);
        using var own = NetworkNamespace.Open(node.Access.NamespaceFile!);
        await LabCommand.RunAsync(own, "ipset", ["restore", "-exist"], firewall.ToIPSetText(), null, cancellationToken);
        var mark = FirewallPlanner.MarkText(new FirewallOptions().Wrap); // the lab's rules are ours: plumb apply may change them
        await LabCommand.RunAsync(own, "iptables-restore", ["-n"], firewall.ToRestoreText(ipv6: false) + mark, null, cancellationToken);
        await LabCommand.RunAsync(own, "ip6tables-restore", ["-n"], firewall.ToRestoreText(ipv6: true) + mark, null, cancellationToken);
    }

    /// <summary>The article's <c>demo-sgroup</c>: a default group, and the two rules that everybody adds to it.</summary>
    internal static SecurityGroup GroupOf(LabDescription lab) => new()
    {
        Id = GroupId,
        Rules =
        [
            new() { IsIngress = false },
            new() { IsIngress = false, IsIPv6 = true },
            new() { IsIngress = true, RemoteGroupId = GroupId },
            new() { IsIngress = true, IsIPv6 = true, RemoteGroupId = GroupId },
            new() { IsIngress = true, Protocol = "icmp" },
            new() { IsIngress = true, Protocol = "tcp", PortRangeMin = 22, PortRangeMax = 22 },
        ],
        Members = [.. lab.Instances.SelectMany(i => (string[])[i.Address.ToString(), .. i.IPv6Address is { } ipv6 ? [ipv6.ToString()] : (string[])[]])],
    };
}
