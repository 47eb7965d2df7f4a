using Plumbline.Packets.Layers;

namespace Plumbline.Packets.Flows;

/// <summary>ARP requests and neighbour solicitations, and whether an answer came. Probes and announcements expect none.</summary>
internal sealed class NeighbourTracker
{
    private const int Most = 100_000;
    private readonly Dictionary<(int Interface, int Vlan, InternetAddress Asker, InternetAddress Wanted), Question> _questions = [];

    public void AddArp(ReadOnlySpan<byte> data, int vlan, int @interface, long time)
    {
        if (data.Length < ArpMessage.Length || data[4] != 6 || data[5] != 4)
        {
            return;
        }
        var sender = InternetAddress.ReadV4(data[14..]);
        var target = InternetAddress.ReadV4(data[24..]);
        switch ((ArpOperation)(data[6] << 8 | data[7]))
        {
            case ArpOperation.Request when !sender.IsAny && sender != target: Ask((@interface, vlan, sender, target), time); break;
            case ArpOperation.Reply: Answer((@interface, vlan, target, sender)); break;
            default: break;
        }
    }

    /// <param name="message">ICMPv6 type 135 or 136, 24 bytes or more.</param>
    /// <param name="headers">Its packet's.</param>
    /// <param name="interface">Where it was seen.</param>
    /// <param name="time">When, in nanoseconds.</param>
    public void AddDiscovery(ReadOnlySpan<byte> message, in FrameHeaders headers, int @interface, long time)
    {
        var target = InternetAddress.ReadV6(message[8..]);
        if (message[0] == 136)
        {
            Answer((@interface, headers.Vlan, headers.Destination, target));
        }
        else if (!headers.Source.IsAny) // else duplicate address detection, which hopes for no answer
        {
            Ask((@interface, headers.Vlan, headers.Source, target), time);
        }
    }

    public IReadOnlyList<NeighbourQuestion> Unanswered(long end)
    {
        var result = new List<NeighbourQuestion>();
        foreach (var (key, question) in _questions)
        {
            if (!question.IsAnswered)
            {
                result.Add(new()
                {
                    Interface = key.Interface,
                    Vlan = key.Vlan < 0 ? null : key.Vlan,
                    Asker = key.Asker,
                    Wanted = key.Wanted,
                    Times = question.Times,
                    Waited = TimeSpan.FromTicks(Math.Max(end - question.First, 0) / 100),
                });
            }
        }
        result.Sort(static (a, b) => a.Times != b.Times ? b.Times.CompareTo(a.Times) : a.Wanted.CompareTo(b.Wanted));
        return result;
    }

    private void Ask((int, int, InternetAddress, InternetAddress) key, long time)
    {
        if (_questions.TryGetValue(key, out var question))
        {
            // asked again after an answer: open anew, with what was asked since
            _questions[key] = question.IsAnswered ? new(1, time, false) : question with { Times = question.Times + 1 };
        }
        else if (_questions.Count < Most)
        {
            _questions[key] = new(1, time, false);
        }
    }

    private void Answer((int, int, InternetAddress, InternetAddress) key)
    {
        if (_questions.TryGetValue(key, out var question))
        {
            _questions[key] = question with { IsAnswered = true };
        }
    }

    private readonly record struct Question(long Times, long First, bool IsAnswered);
}
