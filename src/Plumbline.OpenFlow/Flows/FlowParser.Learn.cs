using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Text;

namespace Plumbline.OpenFlow.Flows;

internal sealed partial class FlowParser
{
    private LearnTemplate ParseLearn(Token argument)
    {
        var learn = new LearnTemplate();
        var settings = new List<string>();
        var terms = new List<LearnTerm>();
        foreach (var part in Splitter.Split(argument, blanks: false))
        {
            var end = part.Text.AsSpan().IndexOfAny("=:");
            var name = end < 0 ? part.Text : part.Text[..end];
            var value = end < 0 ? new Token("", part.Column) : part.From(end + 1);
            switch (name)
            {
                case "table" when TableReference.TryParse(value.Text, out var table):
                    learn = learn with { Table = table };
                    break;
                case "priority":
                    learn = learn with { Priority = (int)Number(part, value.Text, 65535) };
                    break;
                case "result_dst" when TryParseReference(value.Text, out var result):
                    learn = learn with { ResultTarget = result };
                    settings.Add(part.Text);
                    break;
                case "idle_timeout" or "hard_timeout" or "fin_idle_timeout" or "fin_hard_timeout" or "cookie" or "limit"
                    or "send_flow_rem" or "delete_learned":
                    settings.Add(part.Text);
                    break;
                default:
                    AddTerms(terms, part, name, value);
                    break;
            }
        }
        return learn with { Settings = settings, Terms = terms };
    }

    private void AddTerms(List<LearnTerm> terms, Token part, string name, Token value)
    {
        if (value.Text.Length == 0 && ProtocolOf(name) is { } protocol)
        {
            if (protocol.DlType is { } type)
            {
                terms.Add(new LearnTerm.MatchValue(FieldReference.Whole(FieldTable.Get("dl_type")), type));
            }
            if (protocol.NwProto is { } proto)
            {
                terms.Add(new LearnTerm.MatchValue(FieldReference.Whole(FieldTable.Get("nw_proto")), proto));
            }
            return;
        }
        if (ParseTerm(part, name, value) is { } term)
        {
            terms.Add(term);
            return;
        }
        Report(part.Column, $"\"{Shorten(part.Text)}\" cannot be read as a part of learn", "paste the line as it was printed");
        terms.Add(new LearnTerm.Unknown(part.Text));
    }

    private static LearnTerm? ParseTerm(Token part, string name, Token value)
    {
        switch (name)
        {
            case "output":
                return TryParseReference(value.Text, out var port) ? new LearnTerm.Output(port) : null;
            case "load":
                if (!TrySplitArrow(value, out var left, out var right) || !TryParseReference(right.Text, out var target))
                {
                    return null;
                }
                if (TryParseReference(left.Text, out var source))
                {
                    return new LearnTerm.LoadField(source, target);
                }
                return FieldText.TryParseValue(target.Field, left.Text, out var number)
                    ? new LearnTerm.LoadValue(number, target) : null;
            default:
                var equals = part.Text.IndexOf('=', StringComparison.Ordinal);
                if (!TryParseReference(equals < 0 ? part.Text : part.Text[..equals], out var matched))
                {
                    return null;
                }
                if (equals < 0)
                {
                    return new LearnTerm.MatchField(matched, matched);
                }
                var right2 = part.Text[(equals + 1)..];
                if (TryParseReference(right2, out var compared))
                {
                    return new LearnTerm.MatchField(matched, compared);
                }
                return FieldText.TryParseValue(matched.Field, right2, out var constant)
                    ? new LearnTerm.MatchValue(matched, constant) : null;
        }
    }
}
