using System.Globalization;
using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Timings;

public static partial class CounterRises
{
    /// <summary>
    /// Drops of <c>ovs-ofctl dump-ports</c>: <c>port NAME: rx pkts=1, bytes=2, drop=0, …</c> and below it <c>tx pkts=…</c>; ports by
    /// number or by name.
    /// </summary>
    private static void VisitPorts(NodeSnapshot snapshot, BridgeSwitching bridge, Visitor visit)
    {
        if (bridge.PortCounters is not { } text)
        {
            return;
        }
        var rows = snapshot.Ovs?.Bridges.FirstOrDefault(b => b.Name == bridge.Bridge)?.Ports.SelectMany(p => p.Interfaces);
        var port = "";
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan(range).Trim();
            if (line.StartsWith("port ") && line.IndexOf(':') is var colon and > 0)
            {
                port = line["port ".Length..colon].Trim().Trim('"').ToString();
                if (int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    && rows?.FirstOrDefault(r => r.OfPort == number)?.Name is { } name)
                {
                    port = name;
                }
                line = line[(colon + 1)..].TrimStart();
            }
            if (port.Length > 0 && line.Length > 3 && (line.StartsWith("rx ") || line.StartsWith("tx ")) && DropOf(line) is { } drops)
            {
                visit(new() { Bridge = bridge.Bridge, Device = port }, $"{bridge.Bridge} port {port}", line[0] == 'r' ? "drops what it receives" : "drops what it should send", drops, true);
            }
        }
    }

    private static long? DropOf(ReadOnlySpan<char> line)
    {
        if (line.IndexOf("drop=") is not (var at and >= 0))
        {
            return null;
        }
        line = line[(at + "drop=".Length)..];
        var end = line.IndexOfAnyExceptInRange('0', '9');
        return long.TryParse(end < 0 ? line : line[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var drops) ? drops : null;
    }
}
