using System.Net;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>Why a trace cannot even begin, in words for a user.</summary>
internal static class TraceProblems
{
    public static DiagnosisException NothingFound(string text, IEnumerable<string> names) => new(new Problem(
        $"no VM, port or address \"{text}\"", null,
        $"known VMs: {Some(names)}; an address, a MAC, a port's UUID or tap do as well, router:NAME, dhcp:NETWORK, outside"));

    public static DiagnosisException NotHere(string text, string? host, IEnumerable<string> given) => new(
        host is not { Length: > 0 } ? new Problem($"\"{text}\" is a port that Neutron has bound to no host", null, "start its VM, or bind the port")
        : given.Any(g => g.Split('.')[0] == host.Split('.')[0])
            ? new Problem($"\"{text}\" is on {host}, as Neutron says, and is not plugged there", null, "plumb check says what is missing of it")
        : new Problem($"\"{text}\" is on {host}, as Neutron says, and that node was not given", null,
            $"give it too: --from once for each node (plumb snapshot on {host})"));

    public static DiagnosisException Ambiguous(string text, IEnumerable<string> candidates) => new(new Problem(
        $"\"{text}\" is several: {Some(candidates)}", null, "name the port by its UUID or tap"));

    public static DiagnosisException NoSuchSpace(string text, IEnumerable<string> names) => new(new Problem(
        $"no namespace for \"{text}\"", null, $"known: {Some(names)}"));

    public static DiagnosisException NoAddress(string name, IPAddress like) => new(new Problem(
        $"no {(like.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? "IPv6 " : "")}address of {name} is known",
        null, "say it (--from-ip for the sender, the address itself for the receiver), or add Neutron's API answers (--api)"));

    public static DiagnosisException NoGateway(string name) => new(new Problem(
        $"no gateway of {name} is known", null, "say its address"));

    public static DiagnosisException NotRefused() => new(new Problem(
        "only a whole UDP packet to one receiver is refused by an ICMP error", "--refused", "say --udp PORT, without --one-way, --fragment and --to-group"));

    public static DiagnosisException NoOutside(IPAddress target) => new(new Problem(
        $"no wire leads from outside to {target}", "--from", "only addresses of external and provider networks are reached from outside; say the sender's address"));

    private static string Some(IEnumerable<string> names)
    {
        var all = names.Distinct().Order(StringComparer.Ordinal).ToList();
        return all.Count == 0 ? "none" : string.Join(", ", all.Take(12)) + (all.Count > 12 ? ", …" : "");
    }
}
