using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Flows;

namespace Plumbline.OpenFlow.Simulation;

internal sealed partial class PacketRun
{
    private void WriteActions(IReadOnlyList<FlowAction> actions)
    {
        if (!_actionSet.Exists(a => a is FlowAction.Group))
        {
            foreach (var action in actions)
            {
                if (action is FlowAction.Output output)
                {
                    _key[Slot.ActsetOutput] = (UInt128)(_bridge.NumberOf(output.Port) ?? OfPort.Unset);
                }
                else if (action is FlowAction.Group)
                {
                    _key[Slot.ActsetOutput] = OfPort.Unset;
                    break;
                }
            }
        }
        _actionSet.AddRange(actions);
    }

    /// <summary>Does the action set at the end of the pipeline, and empties it.</summary>
    private void ExecuteActionSet()
    {
        if (_actionSet.Count == 0)
        {
            return;
        }
        var set = _actionSet;
        _actionSet = [];
        if (_exit || _failed)
        {
            return;
        }
        var ordered = Order(set);
        if (ordered.Count > 0)
        {
            Note("the action set:");
            Execute(ordered);
        }
    }

    /// <summary>
    /// An action set as a list (OpenFlow 1.5 §5.6, ovs-actions(7)): of each kind the last; what sets fields in the order written; nothing
    /// at all where nothing in it sends the packet.
    /// </summary>
    private static List<FlowAction> Order(IEnumerable<FlowAction> set)
    {
        var slots = new FlowAction?[6];
        var sets = new List<FlowAction>();
        FlowAction? last = null;
        var rank = 0;
        foreach (var action in set)
        {
            switch (action)
            {
                case FlowAction.StripVlan:
                    slots[0] = action;
                    break;
                case FlowAction.PopMpls:
                    slots[1] = action;
                    break;
                case FlowAction.PushMpls:
                    slots[2] = action;
                    break;
                case FlowAction.PushVlan:
                    slots[3] = action;
                    break;
                case FlowAction.DecTtl ttl:
                    slots[ttl.Mpls ? 5 : 4] = action;
                    break;
                case FlowAction.Ct or FlowAction.Resubmit or FlowAction.Output or FlowAction.ToController or FlowAction.Group:
                    var ranked = action switch { FlowAction.Ct => 1, FlowAction.Resubmit => 2, FlowAction.Group => 4, _ => 3 };
                    if (ranked >= rank)
                    {
                        (last, rank) = (action, ranked);
                    }
                    break;
                case FlowAction.Drop:
                    break;
                default:
                    sets.Add(action);
                    break;
            }
        }
        return last is null ? [] : [.. slots.OfType<FlowAction>(), .. sets, last];
    }
}
