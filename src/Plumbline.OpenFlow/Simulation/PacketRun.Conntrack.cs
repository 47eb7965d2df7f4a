using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Flows;

namespace Plumbline.OpenFlow.Simulation;

internal sealed partial class PacketRun
{
    /// <summary>
    /// The <c>ct</c> action. With a table, a copy goes on there once everything else is done; what follows the action sees the packet
    /// untracked (ovs-actions(7)).
    /// </summary>
    private void Track(CtParameters parameters)
    {
        var zone = parameters.ZoneField is { } field ? (int)(_key.Get(field) & 0xffff) : parameters.Zone;
        _nesting++;
        foreach (var action in parameters.Exec)
        {
            Execute(action);
        }
        _nesting--;
        if (parameters.Commit)
        {
            _committed.Add(new(_bridge.Name, zone, _key.Copy()));
        }
        if (parameters.Table is { } named)
        {
            if (TableOf(named) is { } table)
            {
                Fork(parameters, zone, table);
            }
        }
        else if (parameters.Commit)
        {
            Note($"the connection is committed to zone {zone}");
        }
        ClearConntrack();
    }

    private void Fork(CtParameters parameters, int zone, int table)
    {
        var key = _key.Copy();
        var answer = options.Conntrack?.Invoke(new(_bridge.Name, zone, key.Copy(), parameters));
        string why;
        if (answer is null)
        {
            why = $"ct_state trk|new, assumed in zone {zone}";
            Assume($"zone {zone} of {_bridge.Name}: a new connection (ct_state trk|new)");
            key[Slot.CtState] = (UInt128)(int)(CtState.Tracked | CtState.New);
            SetOriginal(key);
            if (parameters.Nat is { } nat)
            {
                Translate(key, nat, zone);
            }
        }
        else
        {
            why = $"ct_state {FlagText.Write((UInt128)(int)answer.State, FlagText.NamesOf(FieldFormat.CtState))}, zone {zone}";
            if (answer.Assumption is { } assumption)
            {
                Assume(assumption);
            }
            if (answer.Translated is { } translated)
            {
                key.CopyFrom(translated);
            }
            else
            {
                SetOriginal(key);
            }
            key[Slot.CtState] = (UInt128)(int)answer.State;
            key[Slot.CtMark] = answer.Mark;
            key[Slot.CtLabel] = answer.Label;
        }
        key[Slot.CtZone] = (UInt128)zone;
        Note($"a copy goes on in table {table}, {why}");
        _forked.Enqueue(new(_bridge, key, table, [.. _actionSet], [.. _stack.Reverse()], _flow, why, _isCertain));
    }

    private void Resume(Forked forked)
    {
        (_bridge, _key, _actionSet, _stack) = (forked.Bridge, forked.Key, forked.ActionSet, new(forked.Stack));
        (_tracked, _exit, _failed, _isCertain) = (true, false, false, forked.IsCertain);
        (_depth, _resubmits, _nesting, _table, _flow) = (0, 0, 0, Outside, forked.By);
        _ownAddress = RemoteOf(_key);
        _steps.Add(new TraceStep.Entered(0, _bridge.Name, _key.InPort, "back from the connection tracker, " + forked.Why));
        var before = _outputs.Count;
        Lookup(forked.Table, _key.InPort, withCt: false, "");
        ExecuteActionSet();
        DiscardWhenFailed(before);
    }

    /// <summary>A new connection's original addresses are the packet's own.</summary>
    private static void SetOriginal(FlowKey key)
    {
        if (!key.Has(Prerequisite.Ip))
        {
            return;
        }
        key[Slot.CtNwProto] = key[Slot.NwProto];
        key[Slot.CtTpSrc] = key[Slot.TpSrc];
        key[Slot.CtTpDst] = key[Slot.TpDst];
        if (key.Has(Prerequisite.Ipv4))
        {
            key[Slot.CtNwSrc] = key[Slot.NwSrc];
            key[Slot.CtNwDst] = key[Slot.NwDst];
        }
        else
        {
            key[Slot.CtIpv6Src] = key[Slot.Ipv6Src];
            key[Slot.CtIpv6Dst] = key[Slot.Ipv6Dst];
        }
    }

    /// <summary>A new connection is translated to the first address and port of the range.</summary>
    private void Translate(FlowKey key, NatParameters nat, int zone)
    {
        if (nat.IsSource is not { } isSource)
        {
            Assume($"zone {zone} of {_bridge.Name}: the connection is not translated");
            return;
        }
        if (nat.First is { } first && key.Has(Prerequisite.Ip))
        {
            var isV6 = first.AddressFamily is System.Net.Sockets.AddressFamily.InterNetworkV6;
            key[isV6 ? isSource ? Slot.Ipv6Src : Slot.Ipv6Dst : isSource ? Slot.NwSrc : Slot.NwDst] =
                FieldText.FromAddress(first);
            if (!first.Equals(nat.Last))
            {
                Assume($"zone {zone} of {_bridge.Name}: translated to {first}, the first of its range");
            }
        }
        if (nat.FirstPort is { } port and > 0)
        {
            key[isSource ? Slot.TpSrc : Slot.TpDst] = (UInt128)port;
        }
    }

    private void ClearConntrack()
    {
        for (var slot = Slot.CtState; slot <= Slot.CtTpDst; slot++)
        {
            _key[slot] = 0;
        }
        _tracked = false;
    }
}
