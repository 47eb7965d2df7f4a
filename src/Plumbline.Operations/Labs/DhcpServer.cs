using System.Text;
using Plumbline.Linux;

namespace Plumbline.Operations.Labs;

/// <summary>dnsmasq as Neutron's DHCP agent runs it: fixed leases only, from a file of hosts, in a folder named after the network.</summary>
internal static class DhcpServer
{
    public static async Task StartAsync(LabDescription lab, LabNode node, CancellationToken cancellationToken)
    {
        var folder = $"{node.Directory}/dhcp/{lab.NetworkId}";
        Directory.CreateDirectory(folder);
        var hosts = new StringBuilder();
        foreach (var instance in lab.Instances)
        {
            hosts.Append(FormattableString.Invariant(
                $"{instance.Mac},host-{instance.Address.ToString().Replace('.', '-')}.openstacklocal,{instance.Address}\n"));
        }
        await File.WriteAllTextAsync($"{folder}/host", hosts.ToString(), cancellationToken);
        await File.WriteAllTextAsync($"{folder}/leases", "", cancellationToken);
        using var inside = NetworkNamespace.Open(lab.Dhcp.NamespaceFile);
        await LabCommand.RunAsync(inside, "dnsmasq",
        [
            "--conf-file=/dev/null", "--no-hosts", "--no-resolv", "--user=root", $"--pid-file={folder}/pid",
            $"--dhcp-hostsfile={folder}/host", $"--dhcp-leasefile={folder}/leases", $"--log-facility={folder}/log", "--log-dhcp",
            "--bind-dynamic", $"--interface={lab.Dhcp.Device}", "--except-interface=lo",
            "--dhcp-range=set:subnet,172.16.0.0,static,255.255.255.0,86400s",
            $"--dhcp-option=tag:subnet,option:router,{lab.Router.Address}", $"--dhcp-option-force=option:mtu,{lab.Mtu}",
            "--dhcp-lease-max=256", "--domain=openstacklocal",
        ], null, null, cancellationToken);
    }
}
