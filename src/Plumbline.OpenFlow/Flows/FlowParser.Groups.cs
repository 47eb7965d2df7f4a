using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Groups;
using Plumbline.OpenFlow.Text;

namespace Plumbline.OpenFlow.Flows;

internal sealed partial class FlowParser
{
    /// <summary>Reads lines of <c>dump-groups</c>; their buckets hold actions as flows do.</summary>
    public GroupDump ParseGroups(string text)
    {
        var groups = new List<FlowGroup>();
        foreach (var line in text.EnumerateLines())
        {
            _line++;
            var trimmed = line.Trim();
            if (!trimmed.IsEmpty && trimmed[0] != '#' && !IsHeading(trimmed)
                && ParseGroup(new Token(line.ToString(), 1)) is { } group)
            {
                groups.Add(group);
            }
        }
        return new(groups, _problems);
    }

    private FlowGroup? ParseGroup(Token line)
    {
        uint? id = null;
        GroupType? type = null;
        var buckets = new List<Bucket>();
        foreach (var part in Splitter.Split(new(HeadOf(line.Text), 1), blanks: false))
        {
            if (part.Text.StartsWith("group_id=", StringComparison.Ordinal))
            {
                id = (uint)Number(part, part.Text[9..], uint.MaxValue);
            }
            else if (part.Text.StartsWith("type=", StringComparison.Ordinal))
            {
                type = part.Text[5..] switch
                {
                    "all" => GroupType.All,
                    "select" => GroupType.Select,
                    "indirect" => GroupType.Indirect,
                    "ff" or "fast_failover" => GroupType.FastFailover,
                    _ => null,
                };
            }
        }
        if (id is null || type is null)
        {
            Report(1, $"no group: \"{Shorten(line.Text.Trim())}\" has no group_id or no type that is known",
                "paste whole lines of \"ovs-ofctl -O OpenFlow15 dump-groups BRIDGE\"");
            return null;
        }
        for (var start = NextBucket(line.Text, 0); start >= 0;)
        {
            var next = NextBucket(line.Text, start + 1);
            var body = start + "bucket=".Length;
            buckets.Add(ParseBucket(line.Slice(body, (next < 0 ? line.Text.Length : next) - body)));
            start = next;
        }
        return new() { Id = id.Value, Type = type.Value, Buckets = buckets, Text = line.Text.Trim() };
    }

    private static string HeadOf(string line)
    {
        var first = NextBucket(line, 0);
        return first < 0 ? line : line[..first];
    }

    private static int NextBucket(string text, int from)
    {
        for (var i = 0; i < text.Length; i = Splitter.Skip(text, i))
        {
            if (i >= from && (i == 0 || text[i - 1] is ',' or ' ')
                && text.AsSpan(i).StartsWith("bucket=", StringComparison.Ordinal))
            {
                return i;
            }
        }
        return -1;
    }

    private Bucket ParseBucket(Token text)
    {
        var bucket = new Bucket();
        var actions = new List<FlowAction>();
        foreach (var part in Splitter.Split(text, blanks: false))
        {
            var colon = part.Text.AsSpan().IndexOfAny(":=");
            var name = colon < 0 ? part.Text : part.Text[..colon];
            var value = colon < 0 ? "" : part.Text[(colon + 1)..];
            switch (name)
            {
                case "bucket_id":
                    bucket = bucket with { Id = (uint)Number(part, value, uint.MaxValue) };
                    break;
                case "weight":
                    bucket = bucket with { Weight = (int)Number(part, value, 65535) };
                    break;
                case "watch_port" when PortReference.TryParse(value, out var port):
                    bucket = bucket with { WatchPort = port.Number == OfPort.None ? null : port };
                    break;
                case "watch_group":
                    bucket = bucket with { WatchGroup = (uint)Number(part, value, uint.MaxValue) };
                    break;
                case "actions":
                    actions.AddRange(ParseActions(part.From(colon + 1)));
                    break;
                default:
                    actions.Add(ParseAction(part));
                    break;
            }
        }
        return bucket with { Actions = actions };
    }
}
