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
    public override IReadOnlyList<string> Markers => ["LISTEN", "UNCONN", "udp", "Netid", "(only servers)"];

    /// <inheritdoc/>
    public override bool NeedsWhole => true;

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        var told = new List<(string Namespace, SocketFacts Socket, bool IsAll)>();
        for (var i = 0; i < text.Lines.Length; i++)
        {
            if (Read(text.Lines[i]) is { } socket)
            {
                told.Add((text.NamespaceAt(i), socket, IsOfAllProtocols(text, i)));
                found++;
            }
            else if (HeadPattern().IsMatch(text.Lines[i]) && !IsOfOneProtocol(text, i))
            {
                // a head alone: nobody listens, which is not "not told"
                builder.Namespace(text.NamespaceAt(i)).TellSockets();
                found++;
            }
        }
        foreach (var (name, socket, isAll) in told)
        {
            // a list of TCP alone would say that nobody listens on UDP
            if (isAll || told.Exists(other => other.Namespace == name && other.Socket.Protocol == "udp"))
            {
                builder.Namespace(name).Add(socket);
            }
        }
        return found;
    }

    /// <summary>ss prints the protocol only where it lists several; netstat always, so there the command must tell.</summary>
    private static bool IsOfAllProtocols(PastedText text, int line)
    {
        if (CommandPattern().Match(text.CommandAt(line) ?? "") is not { Success: true } command)
        {
            return SsPattern().IsMatch(text.Lines[line]);
        }
        var options = command.Groups["options"].Value;
        return options.Contains('u') || !options.Contains('t');
    }

    private static bool IsOfOneProtocol(PastedText text, int line) =>
        CommandPattern().Match(text.CommandAt(line) ?? "") is { Success: true } command
        && command.Groups["options"].Value is var options && options.Contains('t') != options.Contains('u');

    private static SocketFacts? Read(string line)
    {
        if (SsPattern().Match(line) is { Success: true } ss)
        {
            return Of(ss.Groups["protocol"].Value, ss.Groups["local"].Value, ss.Groups["program"], ss.Groups["pid"]);
        }
        if (BarePattern().Match(line) is { Success: true } bare)
        {
            return Of(bare.Groups["state"].Value == "LISTEN" ? "tcp" : "udp", bare.Groups["local"].Value, bare.Groups["program"], bare.Groups["pid"]);
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

    [GeneratedRegex(@"^(?:Netid\s+State\s+Recv-Q\s|Active Internet connections \((?:only servers|servers and established)\))")]
    private static partial Regex HeadPattern();

    [GeneratedRegex(@"^(?<protocol>tcp|udp|raw|sctp|dccp|p_raw)\s+(?:LISTEN|UNCONN)\s+\d+\s+\d+\s+(?<local>\S+)\s+\S+(?:\s+users:\(\(""(?<program>[^""]+)"",pid=(?<pid>\d{1,9}))?")]
    private static partial Regex SsPattern();

    // of one protocol, which ss does not print: what listens is TCP
    [GeneratedRegex(@"^(?<state>LISTEN|UNCONN)\s+\d+\s+\d+\s+(?<local>\S+:(?:\d+|\*))\s+\S+:\*(?:\s+users:\(\(""(?<program>[^""]+)"",pid=(?<pid>\d{1,9}))?")]
    private static partial Regex BarePattern();

    [GeneratedRegex(@"(?:ss|netstat)\s+(?:-(?<options>[A-Za-z]+))")]
    private static partial Regex CommandPattern();

    [GeneratedRegex(@"^(?<protocol>tcp6?|udp6?|raw6?)\s+\d+\s+\d+\s+(?<local>\S+:\S+)\s+\S+:\*\s+(?:LISTEN\b|\d+\b|-)?[^/]*?(?:(?<pid>\d{1,9})/(?<program>\S+))?\s*(?:off.*)?$")]
    private static partial Regex NetstatPattern();
}
