using Plumbline.OpenFlow.Fields;

namespace Plumbline.OpenFlow.Flows;

/// <summary>An action or instruction of ovs-actions(7), with the words it was printed in.</summary>
public abstract record FlowAction
{
    private FlowAction(string text) => Text = text;

    /// <summary>As printed.</summary>
    public string Text { get; }

    /// <inheritdoc/>
    public sealed override string ToString() => Text;

    /// <summary>To a port, or what a reserved port means (NORMAL, FLOOD, CONTROLLER …).</summary>
    /// <param name="Text">As printed.</param>
    /// <param name="Port">Which.</param>
    public sealed record Output(string Text, PortReference Port) : FlowAction(Text);

    /// <summary>To the port whose number a field holds.</summary>
    /// <param name="Text">As printed.</param>
    /// <param name="Source">The field.</param>
    public sealed record OutputField(string Text, FieldReference Source) : FlowAction(Text);

    /// <summary>To the controller, with parameters.</summary>
    /// <param name="Text">As printed.</param>
    public sealed record ToController(string Text) : FlowAction(Text);

    /// <summary>Nothing; the packet ends here unless something else takes it.</summary>
    /// <param name="Text">As printed.</param>
    public sealed record Drop(string Text) : FlowAction(Text);

    /// <summary>Looks the packet up again, then goes on behind.</summary>
    /// <param name="Text">As printed.</param>
    /// <param name="InPort">Port to look up with; null for the packet's own.</param>
    /// <param name="Table">Table; null for the present one.</param>
    /// <param name="WithCt">Looks up with the connection's original addresses.</param>
    public sealed record Resubmit(string Text, PortReference? InPort, TableReference? Table, bool WithCt) : FlowAction(Text);

    /// <summary>goto_table.</summary>
    /// <param name="Text">As printed.</param>
    /// <param name="Table">The table.</param>
    public sealed record GotoTable(string Text, TableReference Table) : FlowAction(Text);

    /// <summary>Writes a constant: set_field, load, mod_dl_src, set_tunnel ….</summary>
    /// <param name="Text">As printed.</param>
    /// <param name="Target">The bits to write.</param>
    /// <param name="Value">What, counted from the lowest of these bits.</param>
    /// <param name="Mask">Which of these bits.</param>
    public sealed record SetField(string Text, FieldReference Target, UInt128 Value, UInt128 Mask) : FlowAction(Text);

    /// <summary>Writes the number of a port that was named: <c>set_field:"tap0"->in_port</c>.</summary>
    /// <param name="Text">As printed.</param>
    /// <param name="Target">The bits to write.</param>
    /// <param name="Name">The port.</param>
    public sealed record SetPort(string Text, FieldReference Target, string Name) : FlowAction(Text);

    /// <summary>Copies bits.</summary>
    /// <param name="Text">As printed.</param>
    /// <param name="Source">From.</param>
    /// <param name="Target">To; as wide.</param>
    public sealed record Move(string Text, FieldReference Source, FieldReference Target) : FlowAction(Text);

    /// <summary>Sets the VLAN id, and adds a tag where there is none.</summary>
    /// <param name="Text">As printed.</param>
    /// <param name="Vid">12 bits.</param>
    /// <param name="PushIfNeeded">Adds a tag where there is none.</param>
    public sealed record SetVlanVid(string Text, int Vid, bool PushIfNeeded) : FlowAction(Text);

    /// <summary>Sets the VLAN priority, and adds a tag where there is none.</summary>
    /// <param name="Text">As printed.</param>
    /// <param name="Pcp">3 bits.</param>
    /// <param name="PushIfNeeded">Adds a tag where there is none.</param>
    public sealed record SetVlanPcp(string Text, int Pcp, bool PushIfNeeded) : FlowAction(Text);

    /// <summary>Takes the outermost tag off; nothing where there is none.</summary>
    /// <param name="Text">As printed.</param>
    public sealed record StripVlan(string Text) : FlowAction(Text);

    /// <summary>Adds a tag with VLAN id 0.</summary>
    /// <param name="Text">As printed.</param>
    /// <param name="Tpid">0x8100 or 0x88a8.</param>
    public sealed record PushVlan(string Text, ushort Tpid) : FlowAction(Text);

    /// <summary>Adds an MPLS label.</summary>
    /// <param name="Text">As printed.</param>
    /// <param name="DlType">0x8847 or 0x8848.</param>
    public sealed record PushMpls(string Text, ushort DlType) : FlowAction(Text);

    /// <summary>Takes the outermost MPLS label off.</summary>
    /// <param name="Text">As printed.</param>
    /// <param name="DlType">Ethernet type of what is below.</param>
    public sealed record PopMpls(string Text, ushort DlType) : FlowAction(Text);

    /// <summary>One off the TTL; a packet with 0 or 1 goes to the controller and no further.</summary>
    /// <param name="Text">As printed.</param>
    /// <param name="Mpls">MPLS's, not IP's.</param>
    public sealed record DecTtl(string Text, bool Mpls) : FlowAction(Text);

    /// <summary>Makes a flow out of this packet.</summary>
    /// <param name="Text">As printed.</param>
    /// <param name="Template">What it makes.</param>
    public sealed record Learn(string Text, LearnTemplate Template) : FlowAction(Text);

    /// <summary>This flow is one dimension of a conjunction.</summary>
    /// <param name="Text">As printed.</param>
    /// <param name="Id">conj_id of the flow that all dimensions together select.</param>
    /// <param name="Dimension">From 1.</param>
    /// <param name="Dimensions">How many there are.</param>
    public sealed record Conjunction(string Text, uint Id, int Dimension, int Dimensions) : FlowAction(Text);

    /// <summary>Through the connection tracker.</summary>
    /// <param name="Text">As printed.</param>
    /// <param name="Parameters">How.</param>
    public sealed record Ct(string Text, CtParameters Parameters) : FlowAction(Text);

    /// <summary>Forgets the connection tracker's answer.</summary>
    /// <param name="Text">As printed.</param>
    public sealed record CtClear(string Text) : FlowAction(Text);

    /// <summary>To a group.</summary>
    /// <param name="Text">As printed.</param>
    /// <param name="Id">Its number.</param>
    public sealed record Group(string Text, uint Id) : FlowAction(Text);

    /// <summary>Does these, and then forgets what they changed.</summary>
    /// <param name="Text">As printed.</param>
    /// <param name="Actions">What.</param>
    public sealed record Cloned(string Text, IReadOnlyList<FlowAction> Actions) : FlowAction(Text);

    /// <summary>Puts these into the action set, which is done at the end of the pipeline.</summary>
    /// <param name="Text">As printed.</param>
    /// <param name="Actions">What.</param>
    public sealed record WriteActions(string Text, IReadOnlyList<FlowAction> Actions) : FlowAction(Text);

    /// <summary>Empties the action set.</summary>
    /// <param name="Text">As printed.</param>
    public sealed record ClearActions(string Text) : FlowAction(Text);

    /// <summary>Ends all processing of the packet.</summary>
    /// <param name="Text">As printed.</param>
    public sealed record Exit(string Text) : FlowAction(Text);

    /// <summary>Puts bits on the stack.</summary>
    /// <param name="Text">As printed.</param>
    /// <param name="Source">Which.</param>
    public sealed record Push(string Text, FieldReference Source) : FlowAction(Text);

    /// <summary>Takes bits off the stack.</summary>
    /// <param name="Text">As printed.</param>
    /// <param name="Target">To where.</param>
    public sealed record Pop(string Text, FieldReference Target) : FlowAction(Text);

    /// <summary>To a port through a queue; the queue changes nothing about the way.</summary>
    /// <param name="Text">As printed.</param>
    /// <param name="Port">The port.</param>
    public sealed record Enqueue(string Text, PortReference Port) : FlowAction(Text);

    /// <summary>Through a meter, which may drop what is too much.</summary>
    /// <param name="Text">As printed.</param>
    public sealed record Meter(string Text) : FlowAction(Text);

    /// <summary>Changes nothing about the packet's way: note, set_queue, fin_timeout, sample ….</summary>
    /// <param name="Text">As printed.</param>
    public sealed record NoEffect(string Text) : FlowAction(Text);

    /// <summary>What we do not know: it makes the simulation's answer uncertain.</summary>
    /// <param name="Text">As printed.</param>
    public sealed record Unknown(string Text) : FlowAction(Text);
}
