using System.Globalization;
using System.Text;

namespace Plumbline.Node.Sources;

/// <summary>Of a bridge's flows those that only packets in by other VMs' ports can meet: of thousands of ports nearly all.</summary>
internal static class OmittedFlows
{
    private const string InPort = "in_port=";

    /// <summary>The listing without flows that match an in_port of <paramref name="ports"/>; as it came where flows change in_port.</summary>
    public static string LeaveOut(string text, IReadOnlySet<int> ports)
    {
        if (ports.Count == 0)
        {
            return text;
        }
        var kept = new StringBuilder(text.Length / 4);
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = text.IndexOf('\n', start) + 1;
            end = end == 0 ? text.Length : end;
            var line = text.AsSpan(start, end - start);
            if (IsOf(line, ports))
            {
                continue;
            }
            if (ChangesInPort(line))
            {
                return text;
            }
            kept.Append(line);
        }
        return kept.ToString();
    }

    /// <summary>A packet that met this flow may go on as if it were in by another port: <c>resubmit(5,…)</c>, <c>load:5->NXM_OF_IN_PORT[]</c>.</summary>
    private static bool ChangesInPort(ReadOnlySpan<char> line)
    {
        if (line.Contains("IN_PORT[", StringComparison.Ordinal) && !line.Contains("load:0->NXM_OF_IN_PORT[]", StringComparison.Ordinal)
            || line.Contains("->in_port", StringComparison.Ordinal) || line.Contains("resubmit:", StringComparison.Ordinal))
        {
            return true;
        }
        const string Resubmit = "resubmit(";
        for (int at; (at = line.IndexOf(Resubmit, StringComparison.Ordinal)) >= 0;)
        {
            line = line[(at + Resubmit.Length)..];
            if (!line.StartsWith(","))
            {
                return true;
            }
        }
        return false;
    }

    private static bool IsOf(ReadOnlySpan<char> line, IReadOnlySet<int> ports)
    {
        var actions = line.IndexOf("actions=", StringComparison.Ordinal);
        var at = (actions < 0 ? line : line[..actions]).IndexOf(InPort, StringComparison.Ordinal);
        if (at <= 0 || line[at - 1] is not (',' or ' '))
        {
            return false;
        }
        var number = line[(at + InPort.Length)..];
        var end = number.IndexOfAny(',', ' ');
        return end > 0 && int.TryParse(number[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && ports.Contains(port);
    }
}
