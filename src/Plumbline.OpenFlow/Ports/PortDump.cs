using Plumbline.OpenFlow.Flows;
using Plumbline.OpenFlow.Text;
using Plumbline.Primitives;

namespace Plumbline.OpenFlow.Ports;

/// <summary>What was read of one bridge's ports.</summary>
/// <param name="Ports">In the order of the text.</param>
/// <param name="Problems">All that could not be read.</param>
public sealed record PortDump(IReadOnlyList<PortDescription> Ports, IReadOnlyList<TextProblem> Problems)
{
    /// <summary>Reads what <c>ovs-ofctl show</c> or <c>ovs-ofctl dump-ports-desc</c> prints.</summary>
    public static PortDump Parse(string text)
    {
        var ports = new List<PortDescription>();
        var problems = new List<TextProblem>();
        var number = 0;
        foreach (var line in text.EnumerateLines())
        {
            number++;
            var trimmed = line.Trim();
            if (trimmed.Contains("): addr:", StringComparison.Ordinal))
            {
                if (ParseHead(trimmed) is { } port)
                {
                    ports.Add(port);
                }
                else
                {
                    problems.Add(new(number, 1, $"\"{trimmed}\" is no port", "paste the lines as they were printed"));
                }
            }
            else if (ports.Count > 0 && WordsAfter(trimmed, "config:") is { Length: > 0 } config)
            {
                ports[^1] = ports[^1] with { Config = config };
            }
            else if (ports.Count > 0 && WordsAfter(trimmed, "state:") is { Length: > 0 } state)
            {
                ports[^1] = ports[^1] with { State = state };
            }
        }
        return new(ports, problems);
    }

    private static PortDescription? ParseHead(ReadOnlySpan<char> line)
    {
        var open = line.IndexOf('(');
        var close = line.IndexOf("): addr:", StringComparison.Ordinal);
        if (open < 1 || close < open || !PortReference.TryParse(line[..open].ToString(), out var port) || port.Number is not { } number)
        {
            return null;
        }
        var address = MacAddress.TryParse(line[(close + 8)..].Trim().ToString(), out var mac) ? mac : (MacAddress?)null;
        return new(number, Splitter.Unquote(line[(open + 1)..close].ToString()), address, [], []);
    }

    /// <summary>None where it is another line, or the words are none (0).</summary>
    private static string[] WordsAfter(ReadOnlySpan<char> line, string heading)
    {
        if (!line.StartsWith(heading, StringComparison.Ordinal))
        {
            return [];
        }
        var words = line[heading.Length..].Trim();
        return words is "0" ? [] : words.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }
}
