using Plumbline.Linux;
using Plumbline.Linux.Processes;

namespace Plumbline.Operations.Labs;

/// <summary>The guests' DHCP client: udhcpc, or dhclient where that is not installed.</summary>
internal static class DhcpClient
{
    /// <summary>
    /// What the client calls with each event. It takes the lease and notes it for the lab's status. dhclient's events have other
    /// names and variables.
    /// </summary>
    private const string Script = """
        #!/bin/sh
        # called by the DHCP client of a guest of plumb's lab: takes the lease, and notes it for `plumb lab status`
        event=${1:-$reason}
        interface=${interface:-eth0}
        ip=${ip:-$new_ip_address}
        mask=${mask:-24}
        router=${router:-$new_routers}
        mtu=${mtu:-$new_interface_mtu}
        server=${serverid:-$new_dhcp_server_identifier}
        lease=${lease:-$new_dhcp_lease_time}
        case "$event" in
        deconfig|PREINIT)
            ip link set "$interface" up
            ;;
        bound|renew|BOUND|RENEW|REBIND|REBOOT)
            [ -z "$mtu" ] || ip link set "$interface" mtu "$mtu"
            ip address replace "$ip/$mask" dev "$interface"
            set -- $staticroutes    # RFC 3442: where there are such routes, the router does not count
            [ $# -eq 0 ] || router=$(while [ $# -gt 1 ]; do [ "$1" = 0.0.0.0/0 ] && echo "$2"; shift 2; done)
            set -- $staticroutes
            while [ $# -gt 1 ]; do
                [ "$1" = 0.0.0.0/0 ] || ip route replace "$1" via "$2"
                shift 2
            done
            for first in $router; do ip route replace default via "$first"; break; done
            printf 'address=%s/%s\nrouter=%s\nserver=%s\nseconds=%s\n' "$ip" "$mask" "$router" "$server" "$lease" > "$PLUMB_LEASE.new"
            mv "$PLUMB_LEASE.new" "$PLUMB_LEASE"
            ;;
        esac
        exit 0

        """;

    /// <summary>The client that is installed; null where none is.</summary>
    public static string? Find() => Programs.Find("udhcpc") is not null ? "udhcpc" : Programs.Find("dhclient") is not null ? "dhclient" : null;

    /// <summary>Asks for an address, a few times, and returns when the guest has it.</summary>
    public static async Task RunAsync(LabDescription lab, LabInstance instance, CancellationToken cancellationToken)
    {
        var script = $"{lab.Directory}/leases/dhcp-script";
        using var inside = NetworkNamespace.Open(instance.NamespaceFile);
        var environment = new Dictionary<string, string> { ["PLUMB_LEASE"] = instance.LeaseFile };
        var client = Find() ?? throw Problems.Missing(["udhcpc"], ["udhcpc"]);
        var result = await CommandRunner.RunAsync(inside, client,
            client == "udhcpc"
                // in the foreground, no waiting in the background, quit with the lease; eight tries a second apart
                ? ["-i", "eth0", "-f", "-n", "-q", "-t", "8", "-T", "1", "-S", "-O", "121", "-s", script, "-x", $"hostname:{instance.Name}"]
                : ["-1", "-q", "-sf", script, "-lf", $"{instance.LeaseFile}.dhclient", "-pf", $"{instance.LeaseFile}.pid",
                    "-e", $"PLUMB_LEASE={instance.LeaseFile}", "eth0"],
            null, environment, cancellationToken);
        if (!File.Exists(instance.LeaseFile))
        {
            var said = (result.Errors + result.Output).Trim();
            throw Problems.NotLeased(instance.Name, said.Length == 0 ? $"{client} ended with {result.ExitCode}" : said);
        }
    }

    /// <summary>Writes the script.</summary>
    public static void WriteScript(LabDescription lab)
    {
        var path = $"{lab.Directory}/leases/dhcp-script";
        File.WriteAllText(path, Script);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
