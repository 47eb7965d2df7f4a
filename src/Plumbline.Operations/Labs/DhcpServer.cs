using System.Text;
using Plumbline.Linux;

namespace Plumbline.Operations.Labs;

/// <summary>dnsmasq as Neutron's DHCP agent runs it: fixed leases only, from a file of hosts, in a folder named after the network.</summary>
internal static class DhcpServer
{
    public static async Task StartAsync(LabDescription lab, LabNode node, LabServer server, CancellationToken cancellationToken)
    {
        var folder = $"{node.Directory}/dhcp/{server.Network.Id}";
        Directory.CreateDirectory(folder);
        var hosts = new StringBuilder();
        foreach (var instance in lab.Instances.Where(i => i.Network == server.Network))
        {
            hosts.Append(FormattableString.Invariant(
                $"{instance.Mac},host-{instance.Address.ToString().Replace('.', '-')}.openstacklocal,{instance.Address}\n"));
        }
        await File.WriteAllTextAsync($"{folder}/host", hosts.ToString(), cancellationToken);
        await File.WriteAllTextAsync($"{folder}/leases", "", cancellationToken);
        var router = lab.RouterPorts.First(r => r.Network == server.Network).Address;
        // the way to metadata: by the router, as in a network that has one; in the second by the DHCP server, as where that is forced
        var metadata = server == lab.Dhcp ? router : server.Address;
        await File.WriteAllTextAsync($"{folder}/opts", $"tag:subnet,option:classless-static-route,{LabNodeBuilder.Metadata}/32,{metadata},0.0.0.0/0,{router}\n"
            + $"tag:subnet,249,{LabNodeBuilder.Metadata}/32,{metadata},0.0.0.0/0,{router}\ntag:subnet,option:router,{router}\n", cancellationToken);
        using var inside = NetworkNamespace.Open(server.NamespaceFile);
        await LabCommand.RunAsync(inside, "dnsmasq",
        [
            "--conf-file=/dev/null", "--no-hosts", "--no-resolv", "--user=root", $"--pid-file={folder}/pid",
            $"--dhcp-hostsfile={folder}/host", $"--dhcp-leasefile={folder}/leases", $"--log-facility={folder}/log", "--log-dhcp",
            "--bind-dynamic", $"--interface={server.Device}", "--except-interface=lo",
            $"--dhcp-range=set:subnet,{server.Network.Subnet.BaseAddress},static,255.255.255.0,86400s",
            lab.Gateway is null ? $"--dhcp-option=tag:subnet,option:router,{router}" : $"--dhcp-optsfile={folder}/opts",
            $"--dhcp-option-force=option:mtu,{server.Network.Mtu}",
            "--dhcp-lease-max=256", "--domain=openstacklocal",
        ], null, null, cancellationToken);
    }
}
