using System.Diagnostics;
using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Flows;

namespace Plumbline.OpenFlow.Simulation;

internal sealed partial class PacketRun
{
    private void Execute(IReadOnlyList<FlowAction> actions)
    {
        if (actions.Count == 0)
        {
            DropHere("the flow has no actions");
        }
        for (var i = 0; i < actions.Count && !_exit && !_failed; i++)
        {
            if (!Execute(actions[i]))
            {
                return;
            }
        }
    }

    /// <summary>False: the rest of this list is not done.</summary>
    private bool Execute(FlowAction action)
    {
        switch (action)
        {
            case FlowAction.SetField set:
                Write(action, set.Target, set.Value, set.Mask);
                return true;
            case FlowAction.Move move:
                if (!_key.Has(move.Source.Field.Needs))
                {
                    Acted(action);
                    Note($"the packet has no {move.Source.Field.Name}: nothing is copied");
                    return true;
                }
                Write(action, move.Target, _key.Get(move.Source), move.Target.Mask);
                return true;
            case FlowAction.SetPort set:
                if (_bridge.Port(set.Name) is not { } named)
                {
                    Acted(action);
                    Unknown($"the number of port {set.Name} was not told");
                    return true;
                }
                Write(action, set.Target, (UInt128)named.Number, set.Target.Mask);
                return true;
            case FlowAction.SetVlanVid or FlowAction.SetVlanPcp or FlowAction.StripVlan or FlowAction.PushVlan:
                ChangeVlan(action);
                return true;
            case FlowAction.PushMpls or FlowAction.PopMpls or FlowAction.DecTtl { Mpls: true }:
                ChangeMpls(action);
                return true;
            case FlowAction.DecTtl:
                return DecrementTtl(action);
            case FlowAction.Pop pop:
                if (!_stack.TryPop(out var value))
                {
                    Acted(action);
                    Note("the stack is empty");
                    return true;
                }
                Write(action, pop.Target, value, pop.Target.Mask);
                return true;
            default:
                Acted(action);
                return ExecuteFlowing(action);
        }
    }

    private bool ExecuteFlowing(FlowAction action)
    {
        switch (action)
        {
            case FlowAction.Output output:
                if (_bridge.NumberOf(output.Port) is { } port)
                {
                    OutputTo(port);
                }
                else
                {
                    Unknown($"the number of port {output.Port} of {_bridge.Name} was not told");
                }
                return true;
            case FlowAction.OutputField output:
                var number = _key.Get(output.Source);
                if (number <= ushort.MaxValue)
                {
                    OutputTo((int)number);
                }
                return true;
            case FlowAction.Enqueue enqueue:
                if (_bridge.NumberOf(enqueue.Port) is { } queued)
                {
                    OutputTo(queued == OfPort.InPort ? OfPort.InPort : queued);
                }
                return true;
            case FlowAction.ToController:
                ToController();
                return true;
            case FlowAction.Drop:
                DropHere("the flow says drop");
                return true;
            case FlowAction.Resubmit resubmit:
                Resubmit(resubmit);
                return true;
            case FlowAction.GotoTable go:
                if (TableOf(go.Table) is { } table)
                {
                    Lookup(table, _key.InPort, withCt: false, "");
                }
                return true;
            case FlowAction.Group group:
                return ToGroup(group.Id);
            case FlowAction.Ct ct:
                Track(ct.Parameters);
                return true;
            case FlowAction.CtClear:
                if (_tracked)
                {
                    ClearConntrack();
                }
                return true;
            case FlowAction.Cloned clone:
                Clone(clone.Actions);
                return true;
            case FlowAction.Learn learn:
                Learn(learn.Template);
                return true;
            case FlowAction.WriteActions write:
                WriteActions(write.Actions);
                return true;
            case FlowAction.ClearActions:
                _actionSet.Clear();
                _key[Slot.ActsetOutput] = OfPort.Unset;
                return true;
            case FlowAction.Push push:
                _stack.Push(_key.Get(push.Source));
                return true;
            case FlowAction.Exit:
                _exit = true;
                return true;
            case FlowAction.Meter meter:
                Assume($"{Simulator.MeterWord}{meter.Text[(meter.Text.IndexOf(':', StringComparison.Ordinal) + 1)..]} of {_bridge.Name} lets the packet through: it drops what is too much (ovs-ofctl -O OpenFlow13 dump-meters, meter-stats)");
                return true;
            case FlowAction.Conjunction or FlowAction.NoEffect:
                return true;
            case FlowAction.Unknown:
                Unknown($"the action \"{action.Text}\" of {_bridge.Name}, table {_table}, is not understood");
                return true;
            default:
                throw new UnreachableException(action.GetType().Name);
        }
    }

    private void Resubmit(FlowAction.Resubmit resubmit)
    {
        var table = resubmit.Table is { } named ? TableOf(named) : _table;
        var port = resubmit.InPort is { } other ? _bridge.NumberOf(other) : _key.InPort;
        if (port is null)
        {
            Unknown($"the number of port {resubmit.InPort} of {_bridge.Name} was not told");
        }
        if (table is { } number && port is { } inPort)
        {
            Lookup(number, inPort, resubmit.WithCt, "");
        }
    }

    private int? TableOf(TableReference table)
    {
        if (_bridge.NumberOf(table) is { } number)
        {
            return number;
        }
        Unknown($"the number of table {table} of {_bridge.Name} was not told");
        return null;
    }

    private void Clone(IReadOnlyList<FlowAction> actions)
    {
        var (key, set, stack) = (_key.Copy(), _actionSet, _stack);
        _actionSet = [.. set];
        _stack = new(stack.Reverse());
        _nesting++;
        Execute(actions);
        ExecuteActionSet();
        _nesting--;
        _key.CopyFrom(key);
        (_actionSet, _stack) = (set, stack);
    }

    /// <summary>Writes bits, where the packet has the field.</summary>
    private void Write(FlowAction action, FieldReference target, UInt128 value, UInt128 mask)
    {
        var field = target.Field;
        if (!_key.Has(field.Needs))
        {
            Acted(action);
            Note($"the packet has no {field.Name}: nothing is written");
            return;
        }
        var before = _key.Get(field);
        var bits = mask << target.Offset;
        var after = before & ~bits | value << target.Offset & bits;
        _key.Set(field, after);
        if (field.Name == "dl_vlan")
        {
            _key.SetTci(_key.Tci | FlowKey.Cfi);
        }
        _steps.Add(new TraceStep.Acted(_nesting, action, new FieldChange(field, before, _key.Get(field))));
    }

    private void Acted(FlowAction action) => _steps.Add(new TraceStep.Acted(_nesting, action, null));

    private void Assume(string what)
    {
        Note("assumed: " + what);
        if (!_assumptions.Contains(what))
        {
            _assumptions.Add(what);
        }
    }
}
