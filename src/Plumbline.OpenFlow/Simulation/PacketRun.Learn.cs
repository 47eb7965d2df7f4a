using System.Globalization;
using System.Text;
using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Flows;

namespace Plumbline.OpenFlow.Simulation;

internal sealed partial class PacketRun
{
    /// <summary>Writes down the flow that would come to be; the tables stay as they were recorded, as in <c>ofproto/trace</c>.</summary>
    private void Learn(LearnTemplate template)
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
                    AppendMatch(matches, match.Target, _key.Get(match.Source));
                    break;
                case LearnTerm.MatchValue match:
                    AppendMatch(matches, match.Target, match.Value);
                    break;
                case LearnTerm.LoadField load:
                    actions.Add(Load(_key.Get(load.Source), load.Target));
                    break;
                case LearnTerm.LoadValue load:
                    actions.Add(Load(load.Value, load.Target));
                    break;
                case LearnTerm.Output output:
                    actions.Add("output:" + OfPort.Write((int)_key.Get(output.Source)));
                    break;
                default:
                    Unknown($"a part of a learn action of {_bridge.Name} is not understood");
                    break;
            }
        }
        var text = $"{head}{matches} actions={(actions.Count > 0 ? string.Join(',', actions) : "drop")}";
        Note("would learn: " + text);
        _learned.Add(new(_bridge.Name, text));
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
