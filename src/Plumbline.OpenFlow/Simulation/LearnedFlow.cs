using System.Globalization;
using System.Text;
using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Flows;

namespace Plumbline.OpenFlow.Simulation;

/// <summary>A flow that a <c>learn</c> action would make of a packet. Its text is made when somebody asks.</summary>
public sealed class LearnedFlow
{
    private readonly LearnTemplate _template;
    private readonly FlowKey _packet;

    internal LearnedFlow(string bridge, LearnTemplate template, FlowKey packet) =>
        (Bridge, _template, _packet) = (bridge, template, packet);

    /// <summary>On which bridge.</summary>
    public string Bridge { get; }

    /// <summary>As <c>ovs-ofctl add-flow</c> takes it.</summary>
    public string Text => Write(_template, _packet);

    private static string Write(LearnTemplate template, FlowKey packet)
    {
        var head = new StringBuilder($"table={template.Table}");
        foreach (var setting in template.Settings)
        {
            if (!setting.StartsWith("limit=", StringComparison.Ordinal)
                && !setting.StartsWith("result_dst=", StringComparison.Ordinal) && setting != "delete_learned")
            {
                head.Append(',').Append(setting);
            }
        }
        head.Append(CultureInfo.InvariantCulture, $",priority={template.Priority}");
        var matches = new StringBuilder();
        var actions = new List<string>();
        foreach (var term in template.Terms)
        {
            switch (term)
            {
                case LearnTerm.MatchField match:
                    AppendMatch(matches, match.Target, packet.Get(match.Source));
                    break;
                case LearnTerm.MatchValue match:
                    AppendMatch(matches, match.Target, match.Value);
                    break;
                case LearnTerm.LoadField load:
                    actions.Add(Load(packet.Get(load.Source), load.Target));
                    break;
                case LearnTerm.LoadValue load:
                    actions.Add(Load(load.Value, load.Target));
                    break;
                case LearnTerm.Output output:
                    actions.Add("output:" + OfPort.Write((int)packet.Get(output.Source)));
                    break;
                default:
                    break;      // the run has said that it does not understand this part
            }
        }
        return $"{head}{matches} actions={(actions.Count > 0 ? string.Join(',', actions) : "drop")}";
    }

    private static void AppendMatch(StringBuilder text, FieldReference target, UInt128 value)
    {
        text.Append(',').Append(target.Field.Name).Append('=');
        if (target.IsWhole)
        {
            text.Append(FieldText.Write(target.Field, value));
            return;
        }
        text.Append(FieldText.Write(target.Field, value << target.Offset)).Append('/')
            .Append(FieldText.Write(target.Field, target.Mask << target.Offset));
    }

    private static string Load(UInt128 value, FieldReference target) =>
        $"load:0x{value.ToString("x", CultureInfo.InvariantCulture)}->{target.Field.Name}"
        + (target.IsWhole ? "[]" : $"[{target.Offset}..{target.Offset + target.Width - 1}]");
}
