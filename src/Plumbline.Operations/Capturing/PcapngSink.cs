using System.Net;
using Plumbline.Diagnosis.Capturing;
using Plumbline.Linux.Capture;
using Plumbline.Node.Facts;
using Plumbline.Packets.Pcapng;

namespace Plumbline.Operations.Capturing;

/// <summary>pcapng: an interface block a point, names of the instances, packets, and at the end a statistics block a point.</summary>
internal sealed class PcapngSink : ICaptureSink
{
    private readonly OutputFile _file;
    private readonly PcapngWriter _writer;
    private readonly IReadOnlyList<CapturePoint> _points;
    private readonly Dictionary<IPAddress, string> _named = [];

    /// <summary>Writes the head of the file.</summary>
    public PcapngSink(OutputFile file, NodeSnapshot snapshot, CapturePlan plan, CaptureOptions options)
    {
        _file = file;
        _points = plan.Points;
        _writer = new(file.Stream, new()
        {
            OperatingSystem = snapshot.Kernel is null ? "Linux" : $"Linux {snapshot.Kernel}",
            Application = options.Application,
            Comment = Describe(snapshot, plan),
        });
        foreach (var point in plan.Points)
        {
            _writer.AddInterface(new()
            {
                Name = point.Name,
                Description = point.Notes.Count == 0 ? point.Description : $"{point.Description}. {string.Join(" ", point.Notes)}",
                Filter = options.Filter,
                SnapLength = options.SnapLength,
                Address = point is CapturePoint.OfDevice device ? device.Address : null,
                Comment = point.Hop.ToComment(),
            });
        }
        SetNames(plan.Names);
        Flush();
    }

    /// <inheritdoc/>
    public long? Length => _file.Length ?? _writer.Length;

    /// <inheritdoc/>
    public void Write(int point, in CapturedPacket packet, ReadOnlySpan<byte> data) => _writer.WritePacket(
        point, packet.TimestampNanoseconds, data, packet.OriginalLength,
        _points[point] is CapturePoint.OfMirror ? PacketDirection.Unknown // nobody knows which way a copy went (mirroring-traps 5.21)
            : packet.IsOutgoing ? PacketDirection.Outbound : PacketDirection.Inbound);

    /// <summary>Adds what the file does not say yet.</summary>
    public void SetNames(IReadOnlyDictionary<IPAddress, string> names)
    {
        var added = new List<KeyValuePair<IPAddress, string>>();
        foreach (var (address, name) in names)
        {
            if (!_named.TryGetValue(address, out var before) || before != name)
            {
                _named[address] = name;
                added.Add(new(address, name));
            }
        }
        if (added.Count > 0)
        {
            _writer.WriteNames(added);
        }
    }

    /// <inheritdoc/>
    public void Flush() => _writer.Flush();

    /// <inheritdoc/>
    public void Finish(IReadOnlyList<PointResult> points, DateTimeOffset started, DateTimeOffset ended)
    {
        for (var i = 0; i < points.Count; i++)
        {
            _writer.WriteStatistics(i, new()
            {
                StartNanoseconds = Nanoseconds(started),
                EndNanoseconds = Nanoseconds(ended),
                Received = points[i].MonitorReceived,
                FilterAccepted = points[i].Accepted,
                Dropped = points[i].Dropped,
                Delivered = (ulong)points[i].Written,
                Comment = points[i].MonitorLost > 0 ? $"the monitor device lost {points[i].MonitorLost} copies" : null,
            });
        }
        Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static string Describe(NodeSnapshot snapshot, CapturePlan plan)
    {
        var lines = new List<string>
        {
            $"captured on {snapshot.Host ?? "an unnamed node"}"
                + (snapshot.Ovs?.Version is { } version ? $", Open vSwitch {version}" : ""),
        };
        foreach (var point in plan.Points)
        {
            lines.Add($"{point.Name}: {point.Description}"
                + (point is CapturePoint.OfMirror mirror ? $" (a mirror, because: {mirror.Reason})" : ""));
            lines.AddRange(point.Notes.Select(n => $"  {n}"));
        }
        lines.AddRange(plan.Notes);
        return string.Join("\n", lines);
    }

    private static long Nanoseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * 100;
}
