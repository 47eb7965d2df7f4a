using System.Globalization;
using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Text;

namespace Plumbline.OpenFlow.Flows;

internal sealed partial class FlowParser
{
    /// <summary>Reads a list of actions.</summary>
    public List<FlowAction> ParseActions(Token text)
    {
        var actions = new List<FlowAction>();
        foreach (var piece in Splitter.Split(text, blanks: true))
        {
            actions.Add(ParseAction(piece));
        }
        return actions;
    }

    private FlowAction ParseAction(Token piece)
    {
        var text = piece.Text;
        var end = text.AsSpan().IndexOfAny(":(=");
        if (text[0] == '"' || end < 0 && text.All(char.IsAsciiDigit))
        {
            return AsOutput(piece, piece);
        }
        var name = (end < 0 ? text : text[..end]).ToLowerInvariant();
        var argument = end < 0 ? new Token("", piece.Column)
            : text[end] == '(' && text[^1] == ')' ? piece.Slice(end + 1, text.Length - end - 2)
            : text[end] == '(' ? piece.From(end) : piece.From(end + 1);
        if (Parse(piece, name, argument) is { } action)
        {
            return action;
        }
        Report(piece.Column, $"\"{Shorten(text)}\" cannot be read as the action {name}", "paste the line as it was printed");
        return new FlowAction.Unknown(text);
    }

    private FlowAction? Parse(Token piece, string name, Token argument)
    {
        var text = piece.Text;
        switch (name)
        {
            case "drop":
                return new FlowAction.Drop(text);
            case "output":
                return ParseOutput(piece, argument);
            case "enqueue":
                var queue = argument.Text.LastIndexOfAny([':', ',']);
                return queue > 0 && PortReference.TryParse(argument.Text[..queue], out var port)
                    ? new FlowAction.Enqueue(text, port) : null;
            case "controller":
                return new FlowAction.ToController(text);
            case "resubmit":
                return ParseResubmit(text, argument);
            case "goto_table":
                return TableReference.TryParse(argument.Text, out var table) ? new FlowAction.GotoTable(text, table) : null;
            case "set_field":
                return ParseSetField(text, argument);
            case "load":
                return TrySplitArrow(argument, out var value, out var target)
                    && TryParseReference(target.Text, out var loaded)
                    && FieldText.TryParseValue(loaded.Field, value.Text, out var number) && (number & ~loaded.Mask) == 0
                    ? new FlowAction.SetField(text, loaded, number, loaded.Mask) : null;
            case "move":
                return TrySplitArrow(argument, out var from, out var to)
                    && TryParseReference(from.Text, out var source) && TryParseReference(to.Text, out var moved)
                    && source.Width == moved.Width
                    ? new FlowAction.Move(text, source, moved) : null;
            case "push":
                return TryParseReference(argument.Text, out var pushed) ? new FlowAction.Push(text, pushed) : null;
            case "pop":
                return TryParseReference(argument.Text, out var popped) ? new FlowAction.Pop(text, popped) : null;
            case "learn":
                return new FlowAction.Learn(text, ParseLearn(argument));
            case "conjunction":
                return ParseConjunction(text, argument);
            case "ct":
                return ParseCt(text, argument) is { } ct ? new FlowAction.Ct(text, ct) : null;
            case "clone":
                return new FlowAction.Cloned(text, ParseActions(argument));
            case "write_actions":
                return new FlowAction.WriteActions(text, ParseActions(argument));
            default:
                return ParseSimple(text, name, argument);
        }
    }

    private static FlowAction? ParseSimple(string text, string name, Token argument)
    {
        if (TypedTarget(name) is { } target)
        {
            return FieldText.TryParseValue(target.Field, argument.Text, out var value)
                ? new FlowAction.SetField(text, target, value, target.Mask) : null;
        }
        switch (name)
        {
            case "strip_vlan" or "pop_vlan":
                return new FlowAction.StripVlan(text);
            case "mod_vlan_vid" or "set_vlan_vid":
                return TryParseInt(argument, 4095, out var vid)
                    ? new FlowAction.SetVlanVid(text, vid, name[0] == 'm') : null;
            case "mod_vlan_pcp" or "set_vlan_pcp":
                return TryParseInt(argument, 7, out var pcp) ? new FlowAction.SetVlanPcp(text, pcp, name[0] == 'm') : null;
            case "push_vlan":
                return TryParseInt(argument, 65535, out var tpid) ? new FlowAction.PushVlan(text, (ushort)tpid) : null;
            case "push_mpls":
                return TryParseInt(argument, 65535, out var pushed) ? new FlowAction.PushMpls(text, (ushort)pushed) : null;
            case "pop_mpls":
                return TryParseInt(argument, 65535, out var below) ? new FlowAction.PopMpls(text, (ushort)below) : null;
            case "write_metadata":
                var metadata = FieldReference.Whole(FieldTable.Get("metadata"));
                return FieldText.TryParse(metadata.Field, argument.Text, out var written, out var mask)
                    ? new FlowAction.SetField(text, metadata, written, mask) : null;
            case "group":
                return FieldText.TryParseNumber(argument.Text, out var id) && id <= uint.MaxValue
                    ? new FlowAction.Group(text, (uint)id) : null;
            case "dec_ttl":
                return new FlowAction.DecTtl(text, false);
            case "dec_mpls_ttl":
                return new FlowAction.DecTtl(text, true);
            case "ct_clear":
                return new FlowAction.CtClear(text);
            case "clear_actions":
                return new FlowAction.ClearActions(text);
            case "exit":
                return new FlowAction.Exit(text);
            case "meter":
                return new FlowAction.Meter(text);
            case "note" or "set_queue" or "pop_queue" or "fin_timeout" or "sample":
                return new FlowAction.NoEffect(text);
            default:
                return argument.Text.Length == 0 && PortReference.TryParse(text, out var port)
                    && (port.Number is not null || !IsWord(name))
                    ? new FlowAction.Output(text, port) : new FlowAction.Unknown(text);
        }
    }

    /// <summary>Actions of OpenFlow 1.x that have no port's name: without arguments they would be taken for one.</summary>
    private static bool IsWord(string name) => name is "decap" or "encap" or "debug_recirc" or "debug_slow" or "delete_field"
        or "dec_nsh_ttl" or "copy_ttl_in" or "copy_ttl_out" or "pop_pbb" or "push_pbb";

    private static FieldReference? TypedTarget(string name)
    {
        var field = name switch
        {
            "mod_dl_src" or "set_dl_src" => "dl_src",
            "mod_dl_dst" or "set_dl_dst" => "dl_dst",
            "mod_nw_src" => "nw_src",
            "mod_nw_dst" => "nw_dst",
            "mod_nw_tos" => "nw_tos",
            "mod_nw_ecn" => "nw_ecn",
            "mod_nw_ttl" => "nw_ttl",
            "mod_tp_src" => "tp_src",
            "mod_tp_dst" => "tp_dst",
            "set_tunnel" or "set_tunnel64" => "tun_id",
            "set_mpls_label" => "mpls_label",
            "set_mpls_tc" => "mpls_tc",
            "set_mpls_ttl" => "mpls_ttl",
            _ => null,
        };
        return field is null ? null : FieldReference.Whole(FieldTable.Get(field));
    }

    private static FlowAction.Output? TryOutput(string text, string port) =>
        PortReference.TryParse(port, out var reference) ? new FlowAction.Output(text, reference) : null;

    private FlowAction AsOutput(Token piece, Token port)
    {
        if (TryOutput(piece.Text, port.Text) is { } output)
        {
            return output;
        }
        Report(port.Column, $"\"{Shorten(port.Text)}\" is no port", "ports are numbered 1 to 65535, or named");
        return new FlowAction.Unknown(piece.Text);
    }

    private static FlowAction? ParseOutput(Token piece, Token argument)
    {
        if (piece.Text.StartsWith("output(", StringComparison.Ordinal))
        {
            foreach (var part in Splitter.Split(argument, blanks: false))
            {
                if (part.Text.StartsWith("port=", StringComparison.Ordinal))
                {
                    return TryOutput(piece.Text, part.Text[5..]);
                }
            }
            return null;
        }
        if (argument.Text.EndsWith(']') && TryParseReference(argument.Text, out var source)
            || argument.Text.StartsWith("reg", StringComparison.Ordinal) && TryParseReference(argument.Text, out source))
        {
            return new FlowAction.OutputField(piece.Text, source);
        }
        return TryOutput(piece.Text, argument.Text);
    }

    private static FlowAction.Resubmit? ParseResubmit(string text, Token argument)
    {
        if (!text.StartsWith("resubmit(", StringComparison.Ordinal))
        {
            return PortReference.TryParse(argument.Text, out var only) ? new(text, only, null, false) : null;
        }
        var parts = argument.Text.Split(',');
        PortReference? port = null;
        TableReference? table = null;
        if (parts.Length > 3 || parts.Length == 3 && parts[2].Trim() != "ct")
        {
            return null;
        }
        if (parts[0].Trim() is { Length: > 0 } first)
        {
            if (!PortReference.TryParse(first, out var parsed))
            {
                return null;
            }
            port = parsed.Number == OfPort.InPort ? null : parsed;
        }
        if (parts.Length > 1 && parts[1].Trim() is { Length: > 0 } second)
        {
            if (!TableReference.TryParse(second, out var parsed))
            {
                return null;
            }
            table = parsed;
        }
        return new(text, port, table, parts.Length == 3);
    }

    private static FlowAction? ParseSetField(string text, Token argument)
    {
        if (!TrySplitArrow(argument, out var value, out var target) || !TryParseReference(target.Text, out var reference))
        {
            return null;
        }
        if (FieldText.TryParse(reference.Field, value.Text, out var number, out var mask))
        {
            return new FlowAction.SetField(text, reference, number, mask & reference.Mask);
        }
        return reference.Field.Format is FieldFormat.Port && PortReference.TryParse(value.Text, out var port)
            && port.Name is { } name ? new FlowAction.SetPort(text, reference, name) : null;
    }

    private static FlowAction.Conjunction? ParseConjunction(string text, Token argument)
    {
        var parts = argument.Text.Split(',', '/');
        return parts.Length == 3 && FieldText.TryParseNumber(parts[0].Trim(), out var id) && id <= uint.MaxValue
            && int.TryParse(parts[1].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var dimension)
            && int.TryParse(parts[2].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var dimensions)
            && dimension >= 1 && dimension <= dimensions && dimensions <= 64
            ? new(text, (uint)id, dimension, dimensions) : null;
    }

    private static bool TrySplitArrow(Token argument, out Token left, out Token right)
    {
        var arrow = argument.Text.IndexOf("->", StringComparison.Ordinal);
        (left, right) = arrow < 0 ? (argument, argument) : (argument.Slice(0, arrow), argument.From(arrow + 2));
        return arrow >= 0;
    }

    private static bool TryParseInt(Token text, int max, out int value)
    {
        var parsed = FieldText.TryParseNumber(text.Text, out var number) && number <= (UInt128)max;
        value = parsed ? (int)number : 0;
        return parsed;
    }

    /// <summary>Reads <c>FIELD</c>, <c>FIELD[]</c>, <c>FIELD[n]</c>, <c>FIELD[a..b]</c>.</summary>
    internal static bool TryParseReference(string text, out FieldReference reference)
    {
        reference = null!;      // only read where the answer is true
        var bracket = text.IndexOf('[', StringComparison.Ordinal);
        if (!FieldTable.TryGet(bracket < 0 ? text : text[..bracket], out var field))
        {
            return false;
        }
        reference = FieldReference.Whole(field);
        if (bracket < 0)
        {
            return true;
        }
        if (text[^1] != ']')
        {
            return false;
        }
        var bits = text[(bracket + 1)..^1];
        if (bits.Length == 0)
        {
            return true;
        }
        var range = bits.Split("..", 2);
        if (!int.TryParse(range[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            || !int.TryParse(range[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            || first > last || last >= field.Width)
        {
            return false;
        }
        reference = new(field, first, last - first + 1);
        return true;
    }
}
