using Plumbline.Packets.Layers;

namespace Plumbline.Packets.Flows;

/// <summary>DNS over UDP: answers that say no, and questions without answer.</summary>
internal sealed class DnsTracker
{
    private const int MostOpen = 100_000;
    private const int MostFailures = 10_000;
    private readonly Dictionary<(int Flow, int Id), Question> _open = [];
    private readonly Dictionary<(InternetAddress Client, InternetAddress Server, string Name, int Type, int Code), long> _failures = [];

    public void Add(int flow, ReadOnlySpan<byte> payload, in FrameHeaders headers)
    {
        if (!DnsMessage.TryRead(payload, out var message))
        {
            return;
        }
        if (!message.IsAnswer)
        {
            if (message.Name is { } name && _open.Count < MostOpen)
            {
                var times = _open.TryGetValue((flow, message.Id), out var before) ? before.Times + 1 : 1;
                _open[(flow, message.Id)] = new(headers.Source, headers.Destination, name, message.QuestionType, times);
            }
            return;
        }
        _ = _open.Remove((flow, message.Id), out var question);
        if (message.ResponseCode != 0)
        {
            Count((headers.Destination, headers.Source, message.Name ?? question.Name ?? "?",
                message.Name is null ? question.Type : message.QuestionType, message.ResponseCode), 1);
        }
    }

    public IReadOnlyList<DnsFailure> Failures()
    {
        var all = new Dictionary<(InternetAddress Client, InternetAddress Server, string Name, int Type, int Code), long>(_failures);
        foreach (var question in _open.Values)
        {
            var key = (question.Client, question.Server, question.Name, question.Type, -1);
            all[key] = all.GetValueOrDefault(key) + question.Times;
        }
        var result = new List<DnsFailure>(all.Count);
        foreach (var (key, times) in all)
        {
            result.Add(new()
            {
                Client = key.Client,
                Server = key.Server,
                Name = key.Name,
                QuestionType = key.Type,
                ResponseCode = key.Code < 0 ? null : key.Code,
                Times = times,
            });
        }
        result.Sort(static (a, b) =>
            a.Times != b.Times ? b.Times.CompareTo(a.Times) : string.CompareOrdinal(a.Name, b.Name));
        return result;
    }

    private void Count((InternetAddress, InternetAddress, string, int, int) key, long times)
    {
        if (_failures.TryGetValue(key, out var before) || _failures.Count < MostFailures)
        {
            _failures[key] = before + times;
        }
    }

    private readonly record struct Question(InternetAddress Client, InternetAddress Server, string Name, int Type, long Times);
}
