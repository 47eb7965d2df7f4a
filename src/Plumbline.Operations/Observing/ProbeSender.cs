using System.Globalization;
using System.Net.Sockets;
using Plumbline.Diagnosis.Observing;
using Plumbline.Linux;
using Plumbline.Linux.Processes;
using Plumbline.Node;

namespace Plumbline.Operations.Observing;

/// <summary>Sends a probe with ping(8) from inside a namespace of the node: a fixed count, a mark in each payload, one target.</summary>
internal static class ProbeSender
{
    /// <summary>"plumb" in hexadecimal: what a capture of them shows again and again.</summary>
    public const string Pattern = "706c756d62";

    private const int SmallPayload = 56;

    /// <summary>Sends, and waits for the answers: at most two seconds behind the last echo.</summary>
    /// <exception cref="LinuxException">The namespace cannot be entered.</exception>
    public static async Task<ProbeAnswer> SendAsync(NodeAccess access, TraceProbe probe, int count, CancellationToken cancellationToken)
    {
        using var inside = NetworkNamespace.Open(Path.Join(access.NamespaceDirectory, probe.Namespace));
        var isIPv6 = probe.Target.AddressFamily == AddressFamily.InterNetworkV6;
        var payload = probe.Size is { } size ? Math.Max(0, size - (isIPv6 ? 48 : 28)) : SmallPayload;
        var arguments = new List<string>
        {
            "-n", isIPv6 ? "-6" : "-4", "-c", Number(count), "-i", "0.2", "-W", "1", "-w", Number(Seconds(count)), "-p", Pattern, "-s", Number(payload),
            "-M", "do", probe.Target.ToString(),
        };
        CommandResult ping;
        try
        {
            ping = await CommandRunner.RunAsync(inside, "ping", arguments, null, null, cancellationToken);
        }
        catch (LinuxException exception)
        {
            return new() { Probe = probe, Said = exception.Message };       // no ping here: watching still tells something
        }
        var answer = PingOutput.Read(probe, ping.Output, ping.Errors);
        return answer with { Neighbour = await NeighbourAsync(inside, probe, cancellationToken) };
    }

    private static async Task<string?> NeighbourAsync(NetworkNamespace inside, TraceProbe probe, CancellationToken cancellationToken)
    {
        try
        {
            var told = await CommandRunner.RunAsync(inside, "ip", ["neigh", "show", probe.Target.ToString()], null, null, cancellationToken);
            var words = told.Output.Split(['\n', ' '], StringSplitOptions.RemoveEmptyEntries);
            return words.Length > 0 ? words[^1] : null;
        }
        catch (LinuxException)
        {
            return null;    // no ip(8): not told
        }
    }

    /// <summary>The echoes' own time, and two seconds for the last answer.</summary>
    private static int Seconds(int count) => (count + 4) / 5 + 2;

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
