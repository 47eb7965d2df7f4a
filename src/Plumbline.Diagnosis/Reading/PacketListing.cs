using System.Net;
using Plumbline.Packets;
using Plumbline.Packets.Filtering;

namespace Plumbline.Diagnosis.Reading;

/// <summary>Which packets of a file are wanted.</summary>
public sealed record PacketListing
{
    /// <summary>Null: all.</summary>
    public PacketCondition? Condition { get; init; }

    /// <summary>tcpdump's filter, compiled; null: all.</summary>
    public Linux.Capture.OfflineFilter? Bpf { get; init; }

    /// <summary>End after this many; null: the file's end.</summary>
    public long? Count { get; init; }

    /// <summary>Names of a snapshot; they win over the file's own.</summary>
    public required IReadOnlyDictionary<IPAddress, string> Names { get; init; }

    /// <summary>
    /// Names that stand further on in the file (<see cref="CaptureFile.PeekNames"/>): guests' names come when a capture runs already, and are
    /// those of its first packets too.
    /// </summary>
    public IReadOnlyDictionary<IPAddress, string> EarlyNames { get; init; } = new Dictionary<IPAddress, string>();

    /// <summary>Hands over each packet that is wanted.</summary>
    /// <returns>What stopped the reading before the file's end; null where nothing did.</returns>
    /// <exception cref="DiagnosisException">Reading fails.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Primitives.Problem? Read(CaptureFile file, string path, PacketReceiver receive, CancellationToken cancellationToken)
    {
        var reader = file.Reader;
        var names = new Dictionary<IPAddress, string>(Names);
        AddNames(names, EarlyNames);
        var knownNames = 0;
        var matcher = Condition is null ? null : new ConditionMatcher(Condition, names, reader.Interfaces);
        var left = Count ?? long.MaxValue;
        var number = 0L;
        try
        {
            while (left > 0 && reader.TryRead(out var packet))
            {
                if ((++number & 0xFFF) == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }
                if (reader.Names.Count != knownNames)
                {
                    knownNames = reader.Names.Count;
                    AddNames(names, reader.Names);
                }
                FrameHeaders.Read(packet.Data, packet.LinkType, out var headers);
                if (matcher?.Matches(packet, headers) == false || Bpf?.Matches(packet.Data, packet.OriginalLength, packet.LinkType) == false)
                {
                    continue;
                }
                left--;
                receive(number, packet, headers, names);
            }
        }
        catch (PacketsException exception)
        {
            return exception.Problem;
        }
        return reader.IsTruncated && !cancellationToken.IsCancellationRequested
            ? new("the file ends in the middle of a packet", path, "what stands before was read")
            : null;
    }

    private void AddNames(Dictionary<IPAddress, string> names, IReadOnlyDictionary<IPAddress, string> more)
    {
        foreach (var (address, name) in more)
        {
            if (!Names.ContainsKey(address))
            {
                names[address] = name;
            }
        }
    }
}
