namespace Plumbline.Operations.Labs;

/// <summary>Which lab to make.</summary>
public sealed record LabOptions
{
    /// <summary>Environment variable that names the lab's folder.</summary>
    public const string DirectoryVariable = "PLUMB_LAB";

    /// <summary>The folder of a lab of which nothing else is said; on a tmpfs, so that a reboot leaves nothing.</summary>
    public const string DefaultDirectory = "/run/plumb/lab";

    /// <summary>Where the lab keeps everything; several labs can stand side by side in folders of their own.</summary>
    public string Directory { get; init; } =
        Environment.GetEnvironmentVariable(DirectoryVariable) is { Length: > 0 } directory ? directory : DefaultDirectory;

    /// <summary>Nodes, 1 to 3; null: one, or as many as the lab that is up has.</summary>
    public int? Nodes { get; init; }

    /// <summary>VMs, spread over the nodes; null: one a node, or as many as the lab that is up has.</summary>
    public int? Instances { get; init; }

    /// <summary><c>gre</c> or <c>vxlan</c>; null: gre, or what the lab that is up has.</summary>
    public string? Tunnel { get; init; }

    /// <summary>
    /// The agent's firewall driver: <c>hybrid</c> (iptables on a bridge for each VM), <c>native</c> (flows of br-int) or <c>noop</c>;
    /// null: hybrid, or what the lab that is up has.
    /// </summary>
    public string? Firewall { get; init; }

    /// <summary>L2 population and ARP responder on br-tun; null: no, or as the lab that is up has.</summary>
    public bool? L2Population { get; init; }

    /// <summary>VMs, router and DHCP namespace have an IPv6 address too, by SLAAC's rule; null: no, or as the lab that is up has.</summary>
    public bool? IPv6 { get; init; }

    /// <summary>
    /// A second network, and a way out: a router between both and a host outside, with a floating IP for the first VM; null: no, or as the lab
    /// that is up has.
    /// </summary>
    public bool? Routed { get; init; }
}
