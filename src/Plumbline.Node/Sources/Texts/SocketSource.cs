using System.Globalization;
using System.Text.RegularExpressions;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources.Texts;

/// <summary>Listening sockets of <c>ss -lntup</c> and <c>netstat -lntup</c>.</summary>
internal sealed partial class SocketSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "ss -lntup, netstat -lntup";

    /// <inheritdoc/>
    public override string Source => "sockets";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["LISTEN", "UNCONN", "udp"];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        for (var i = 0; i < text.Lines.Length; i++)
        {
            if (Read(text.Lines[i]) is { } socket)
            {
                builder.Namespace(text.NamespaceAt(i)).Add(socket);
                found++;
            }
        }
        return found;
    }

    private static SocketFacts? Read(string line)
    {
        if (SsPattern().Match(line) is { Success: true } ss)
        {
            return Of(ss.Groups["protocol"].Value, ss.Groups["local"].Value, ss.Groups["program"], ss.Groups["pid"]);
        }
        return NetstatPattern().Match(line) is { Success: true } netstat
            ? Of(netstat.Groups["protocol"].Value, netstat.Groups["local"].Value, netstat.Groups["program"], netstat.Groups["pid"])
            : null;
    }

    private static SocketFacts Of(string protocol, string local, Group program, Group pid) => new(
        protocol.TrimEnd('6'),
        local,
        program.Success ? program.Value : null,
        pid.Success && int.TryParse(pid.Value, CultureInfo.InvariantCulture, out var number) ? number : null);

    [GeneratedRegex(@"^(?<protocol>tcp|udp|raw|sctp|dccp|p_raw)\s+(?:LISTEN|UNCONN)\s+\d+\s+\d+\s+(?<local>\S+)\s+\S+(?:\s+users:\(\(""(?<program>[^""]+)"",pid=(?<pid>\d{1,9}))?")]
    private static partial Regex SsPattern();

    [GeneratedRegex(@"^(?<protocol>tcp6?|udp6?|raw6?)\s+\d+\s+\d+\s+(?<local>\S+:\S+)\s+\S+:\*\s+(?:LISTEN\b|\d+\b|-)?[^/]*?(?:(?<pid>\d{1,9})/(?<program>\S+))?\s*(?:off.*)?$")]
    private static partial Regex NetstatPattern();
}
