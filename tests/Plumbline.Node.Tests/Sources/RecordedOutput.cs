namespace Plumbline.Node.Tests.Sources;

/// <summary>What a command printed.</summary>
/// <param name="Name">Short, unique.</param>
/// <param name="Command">As typed.</param>
/// <param name="Text">As printed.</param>
internal sealed record RecordedOutput(string Name, string Command, string Text)
{
    private const string Cannot = "ovs-get ovs-list-br ovs-list-ports ovs-list-ifaces ovs-port-to-br ovs-iface-to-br ovs-columns ovs-table-columns ovsdb-dump-columns"
        + " ofctl- appctl-fdb appctl-bridge-flows iptables-t- netns- proc-cat iptables-legacy pgrep brctl-showmacs ip-6- netstat-lntup ps-a ip-netns netns-all arp";

    /// <summary>The output alone does not say all of what it is: of which bridge, table, namespace …</summary>
    public bool NeedsCommand => Cannot.Split(' ').Any(start => Name.StartsWith(start, StringComparison.Ordinal));
}
