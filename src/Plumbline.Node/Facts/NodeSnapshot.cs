using System.Text.Json.Serialization;

namespace Plumbline.Node.Facts;

/// <summary>
/// What one node was at one moment: facts only, no conclusions. Immutable; saved as one file and read anywhere. Questions are pure
/// functions of it. What a source could not tell is absent here and explained in <see cref="Sources"/>.
/// </summary>
public sealed record NodeSnapshot
{
    /// <summary>The host's name; null where not told (pasted text).</summary>
    public string? Host { get; init; }

    /// <summary>When it was taken; null where not told.</summary>
    public DateTimeOffset? TakenAt { get; init; }

    /// <summary><c>uname -r</c>.</summary>
    public string? Kernel { get; init; }

    /// <summary>Version of the plumb that took it.</summary>
    public string? TakenBy { get; init; }

    /// <summary>Every source asked, what it gave or why not, in the order asked.</summary>
    public IReadOnlyList<SourceReport> Sources { get; init; } = [];

    /// <summary>Network namespaces; the node's own is first, with an empty name.</summary>
    public IReadOnlyList<NamespaceFacts> Namespaces { get; init; } = [];

    /// <summary>Open vSwitch's database; null where there is none or it was not readable.</summary>
    public OvsFacts? Ovs { get; init; }

    /// <summary>libvirt's domains.</summary>
    public IReadOnlyList<Domain> Domains { get; init; } = [];

    /// <summary>What ovs-vswitchd told of its forwarding; null where it was not asked or not told.</summary>
    public SwitchingFacts? Switching { get; init; }

    /// <summary>Processes; null where not asked or not told.</summary>
    public IReadOnlyList<ProcessFacts>? Processes { get; init; }

    /// <summary>What Neutron's API answered, by collection; null where not told.</summary>
    public IReadOnlyList<ApiDocument>? Api { get; init; }

    /// <summary>Names of VMs, networks and routers by UUID, as the cloud's API has them; null where it was not asked. A VM's in libvirt goes before it.</summary>
    public IReadOnlyDictionary<string, string>? Names { get; init; }

    /// <summary>Configuration and data files of agents; null where not told.</summary>
    public IReadOnlyList<NodeFile>? Files { get; init; }

    /// <summary>The distribution's name and version (os-release(5), PRETTY_NAME); null where not told.</summary>
    public string? OperatingSystem { get; init; }

    /// <summary>Firewall texts as the tools printed them.</summary>
    public IReadOnlyList<FirewallText> Firewall { get; init; } = [];

    /// <summary>What was left out, with IPv6's routes of the node's own namespace, as one question did not need it; null: nothing. Not saved.</summary>
    [JsonIgnore]
    public OmittedFacts? Omitted { get; init; }
}

/// <summary>What became of one source.</summary>
public sealed record SourceReport
{
    /// <summary>Short name: <c>ovsdb</c>, <c>links</c>, <c>namespaces</c>, <c>libvirt</c>, <c>iptables</c> …</summary>
    public required string Source { get; init; }

    /// <summary>Endpoint, folder, file or command.</summary>
    public required string Where { get; init; }

    /// <summary>How it went.</summary>
    public required SourceOutcome Outcome { get; init; }

    /// <summary>Why not, in the other side's words; or what was partly missing.</summary>
    public string? Detail { get; init; }

    /// <summary>What cannot be answered without it, and how to get it.</summary>
    public string? Consequence { get; init; }
}

/// <summary>How asking a source went.</summary>
public enum SourceOutcome
{
    /// <summary>All of it.</summary>
    Read,

    /// <summary>Some of it; <see cref="SourceReport.Detail"/> says what is missing.</summary>
    Partial,

    /// <summary>Not on this node: nothing listens, no such folder, tool not installed.</summary>
    Absent,

    /// <summary>There, but not for us.</summary>
    Forbidden,

    /// <summary>There, but it failed or made no sense.</summary>
    Failed,
}

/// <summary>A text that a firewall tool printed, unparsed.</summary>
/// <param name="Namespace">The namespace's name; empty for the node's own.</param>
/// <param name="Tool">
/// <c>iptables-save</c>, <c>ip6tables-save</c>, <c>ipset save</c>, or the -legacy variant's name; from pasted text also
/// <c>iptables -L</c>, <c>iptables -t nat -L</c>, <c>iptables -S</c>, <c>ipset list</c> and the like.
/// </param>
/// <param name="Text">As printed.</param>
/// <param name="IsCut">Lines are left out of it: to be shown, and not to be judged by.</param>
public sealed record FirewallText(string Namespace, string Tool, string Text, bool IsCut = false)
{
    /// <summary>
    /// Not all of it was read, but what packets by these devices can meet: rules that ask for other devices lead to chains that stand
    /// here empty. Null: all of it.
    /// </summary>
    public IReadOnlyList<string>? Devices { get; init; }
}
