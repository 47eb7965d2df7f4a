using System.Globalization;
using System.Text;
using Plumbline.Linux;

namespace Plumbline.Operations.Labs;

/// <summary>The rules and the route of the lab's router, as Neutron's L3 agent (21, Zed) writes them for a centralised router.</summary>
internal static class LabRouter
{
    public static async Task FinishAsync(LabDescription lab, LabGateway gateway, CancellationToken cancellationToken)
    {
        await LabMetadata.StartAsync(lab, gateway, cancellationToken);
        using var inside = NetworkNamespace.Open(gateway.Port.NamespaceFile);
        await LabCommand.RunAsync(inside, "iptables-restore", ["-n"], RulesOf(lab, gateway), null, cancellationToken);
        await LabCommand.RunAsync(inside, "ip", ["route", "replace", "default", "via", gateway.Host.ToString(), "dev", gateway.Port.Device, "proto", "static"],
            null, null, cancellationToken);
    }

    private static string RulesOf(LabDescription lab, LabGateway gateway)
    {
        var (qg, address, floating, fixedAddress) = (gateway.Port.Device, gateway.Port.Address, gateway.FloatingAddress, gateway.FloatingTo.Address);
        var text = new StringBuilder();
        void Line(string line) => text.Append(line).Append('\n');
        Table("mangle", ["FORWARD", "INPUT", "OUTPUT", "POSTROUTING", "PREROUTING"], "float-snat", "floatingip", "mark", "scope");
        Line($"-A neutron-l3-agent-POSTROUTING -o {qg} -m connmark --mark 0x0/0xffff0000 -j CONNMARK --save-mark --nfmask 0xffff0000 --ctmask 0xffff0000");
        Line("-A neutron-l3-agent-PREROUTING -j neutron-l3-agent-mark");
        Line("-A neutron-l3-agent-PREROUTING -j neutron-l3-agent-scope");
        Line("-A neutron-l3-agent-PREROUTING -m connmark ! --mark 0x0/0xffff0000 -j CONNMARK --restore-mark --nfmask 0xffff0000 --ctmask 0xffff0000");
        Line("-A neutron-l3-agent-PREROUTING -j neutron-l3-agent-floatingip");
        Line("-A neutron-l3-agent-PREROUTING -d 169.254.169.254/32 -i qr-+ -p tcp -m tcp --dport 80 -j MARK --set-xmark 0x1/0xffff");
        Line("-A neutron-l3-agent-float-snat -m connmark --mark 0x0/0xffff0000 -j CONNMARK --save-mark --nfmask 0xffff0000 --ctmask 0xffff0000");
        Line($"-A neutron-l3-agent-mark -i {qg} -j MARK --set-xmark 0x2/0xffff");
        foreach (var device in lab.RouterPorts.Select(p => p.Device).Append(qg))
        {
            Line($"-A neutron-l3-agent-scope -i {device} -j MARK --set-xmark 0x4000000/0xffff0000");
        }
        Line("COMMIT");
        Table("filter", ["FORWARD", "INPUT", "OUTPUT"], "local", "scope");
        Line(":neutron-filter-top - [0:0]");
        Line("-I FORWARD 1 -j neutron-filter-top");
        Line("-I OUTPUT 1 -j neutron-filter-top");
        Line("-A neutron-filter-top -j neutron-l3-agent-local");
        Line("-A neutron-l3-agent-FORWARD -j neutron-l3-agent-scope");
        Line("-A neutron-l3-agent-INPUT -m mark --mark 0x1/0xffff -j ACCEPT");
        Line($"-A neutron-l3-agent-INPUT -p tcp -m tcp --dport {Text(LabMetadata.RouterPort)} -j DROP");
        foreach (var port in lab.RouterPorts)
        {
            Line($"-A neutron-l3-agent-scope -o {port.Device} -m mark ! --mark 0x4000000/0xffff0000 -j DROP");
        }
        Line("COMMIT");
        Table("nat", ["OUTPUT", "POSTROUTING", "PREROUTING"], "float-snat", "snat");
        Line(":neutron-postrouting-bottom - [0:0]");
        Line("-A POSTROUTING -j neutron-postrouting-bottom");
        Line($"-A neutron-l3-agent-OUTPUT -d {floating}/32 -j DNAT --to-destination {fixedAddress}");
        Line($"-A neutron-l3-agent-POSTROUTING ! -o {qg} -m conntrack ! --ctstate DNAT -j ACCEPT");
        Line($"-A neutron-l3-agent-PREROUTING -d 169.254.169.254/32 -i qr-+ -p tcp -m tcp --dport 80 -j REDIRECT --to-ports {Text(LabMetadata.RouterPort)}");
        Line($"-A neutron-l3-agent-PREROUTING -d {floating}/32 -j DNAT --to-destination {fixedAddress}");
        Line($"-A neutron-l3-agent-float-snat -s {fixedAddress}/32 -j SNAT --to-source {floating} --random-fully");
        Line("-A neutron-l3-agent-snat -j neutron-l3-agent-float-snat");
        Line($"-A neutron-l3-agent-snat -o {qg} -j SNAT --to-source {address} --random-fully");
        Line($"-A neutron-l3-agent-snat -m mark ! --mark 0x2/0xffff -m conntrack --ctstate DNAT -j SNAT --to-source {address} --random-fully");
        Line("-A neutron-postrouting-bottom -m comment --comment \"Perform source NAT on outgoing traffic.\" -j neutron-l3-agent-snat");
        Line("COMMIT");
        return text.ToString();

        void Table(string name, string[] hooks, params string[] others)
        {
            Line("*" + name);
            foreach (var chain in hooks.Concat(others))
            {
                Line($":neutron-l3-agent-{chain} - [0:0]");
            }
            foreach (var hook in hooks)
            {
                Line($"-A {hook} -j neutron-l3-agent-{hook}");
            }
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
