using System.Buffers.Binary;
using Plumbline.Packets.Layers;

namespace Plumbline.Packets.Flows;

/// <summary>DNS over UDP and TCP: answers that say no or do not fit, and questions without answer.</summary>
internal sealed class DnsTracker
{
    private const int MostOpen = 100_000;
    private const int MostFailures = 10_000;
    private const int NoAnswer = -1;
    private const int Truncated = -2;
    private const int LengthPrefix = 2;

    private readonly Dictionary<(int Flow, int Id), Question> _open = [];
    private readonly Dictionary<(Asked Question, bool IsTcp, int Code), long> _failures = [];

    /// <summary>Answers over UDP that did not fit, until they are asked for once more.</summary>
    private readonly Dictionary<Asked, long> _truncated = [];

    /// <summary>A message over UDP.</summary>
    public void AddUdp(int flow, ReadOnlySpan<byte> payload, in FrameHeaders headers, int @interface, long time)
    {
        if (DnsMessage.TryRead(payload, out var message))
        {
            Add(flow, message, headers, @interface, time, isTcp: false);
        }
    }

    /// <summary>
    /// A segment's data: RFC 1035 §4.2.2, each message behind its length in two bytes. Messages that begin a segment are read as far as it goes;
    /// of an answer in several segments that is enough to know what it says.
    /// </summary>
    public void AddTcp(int flow, ReadOnlySpan<byte> data, in FrameHeaders headers, int @interface, long time)
    {
        while (data.Length > LengthPrefix)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(data);
            var rest = data[LengthPrefix..];
            var isWhole = rest.Length >= length;
            // the middle of a long answer is no message: only a whole question, or the answer to one that is open
            if (!DnsMessage.TryRead(isWhole ? rest[..length] : rest, out var message)
                || !(message.IsAnswer ? _open.ContainsKey((flow, message.Id)) : isWhole && message.Name is not null))
            {
                return;
            }
            Add(flow, message, headers, @interface, time, isTcp: true);
            if (!isWhole)
            {
                return;
            }
            data = rest[length..];
        }
    }

    /// <summary>What failed, most often first.</summary>
    /// <param name="end">Time of the last packet.</param>
    public IReadOnlyList<DnsFailure> Failures(long end)
    {
        var all = new Dictionary<(Asked Question, bool IsTcp, int Code), (long Times, long First)>();
        foreach (var (key, times) in _failures)
        {
            all[key] = (times, end);
        }
        foreach (var (question, times) in _truncated)
        {
            all[(question, false, Truncated)] = (times, end);
        }
        foreach (var question in _open.Values)
        {
            var key = (question.Asked, question.IsTcp, NoAnswer);
            var (times, first) = all.GetValueOrDefault(key, (0, question.First));
            all[key] = (times + question.Times, Math.Min(first, question.First));
        }
        var result = new List<DnsFailure>(all.Count);
        foreach (var ((question, isTcp, code), (times, first)) in all)
        {
            result.Add(new()
            {
                Interface = question.Interface,
                Client = question.Client,
                Server = question.Server,
                Name = question.Name,
                QuestionType = question.Type,
                ResponseCode = code < 0 ? null : code,
                IsTcp = isTcp,
                IsTruncated = code == Truncated,
                Waited = code == NoAnswer ? TimeSpan.FromTicks(Math.Max(end - first, 0) / 100) : null,
                Times = times,
            });
        }
        result.Sort(static (a, b) =>
            a.Times != b.Times ? b.Times.CompareTo(a.Times)
            : string.CompareOrdinal(a.Name, b.Name) is not 0 and var order ? order : a.Interface.CompareTo(b.Interface));
        return result;
    }

    private void Add(int flow, in DnsMessage message, in FrameHeaders headers, int @interface, long time, bool isTcp)
    {
        if (!message.IsAnswer)
        {
            if (message.Name is { } name && _open.Count < MostOpen)
            {
                var asked = new Asked(@interface, headers.Source, headers.Destination, name, message.QuestionType);
                var before = _open.GetValueOrDefault((flow, message.Id));
                // a segment that is sent again is no other question
                _open[(flow, message.Id)] = new(asked, isTcp, isTcp ? 1 : before.Times + 1, before.Times > 0 ? before.First : time);
                _ = isTcp && _truncated.Remove(asked);
            }
            return;
        }
        _ = _open.Remove((flow, message.Id), out var question);
        var answered = new Asked(
            @interface, headers.Destination, headers.Source, message.Name ?? question.Asked.Name ?? "?",
            message.Name is null ? question.Asked.Type : message.QuestionType);
        if (message.ResponseCode != 0)
        {
            var key = (answered, isTcp, message.ResponseCode);
            if (_failures.TryGetValue(key, out var before) || _failures.Count < MostFailures)
            {
                _failures[key] = before + 1;
            }
        }
        else if (!message.IsTruncated)
        {
            _truncated.Remove(answered); // asked with more room
        }
        else if (!isTcp && (_truncated.TryGetValue(answered, out var before) || _truncated.Count < MostFailures))
        {
            _truncated[answered] = before + 1;
        }
    }

    private readonly record struct Asked(int Interface, InternetAddress Client, InternetAddress Server, string Name, int Type);

    private readonly record struct Question(Asked Asked, bool IsTcp, long Times, long First);
}
