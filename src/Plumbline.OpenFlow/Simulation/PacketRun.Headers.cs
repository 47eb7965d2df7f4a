using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Flows;

namespace Plumbline.OpenFlow.Simulation;

internal sealed partial class PacketRun
{
    private static readonly Field _tci = FieldTable.Get("vlan_tci");
    private static readonly Field _ttl = FieldTable.Get("nw_ttl");
    private static readonly Field _dlType = FieldTable.Get("dl_type");

    private void ChangeVlan(FlowAction action)
    {
        var before = _key.Get(_tci);
        switch (action)
        {
            case FlowAction.SetVlanVid vid when vid.PushIfNeeded || _key.HasVlan:
                _key.SetTci(_key.Tci & 0xf000 | (uint)vid.Vid | FlowKey.Cfi);
                break;
            case FlowAction.SetVlanPcp pcp when pcp.PushIfNeeded || _key.HasVlan:
                _key.SetTci(_key.Tci & 0x1fff | (uint)pcp.Pcp << 13 | FlowKey.Cfi);
                break;
            case FlowAction.StripVlan:
                _key.PopVlan();
                break;
            case FlowAction.PushVlan push:
                _key.PushVlan(push.Tpid, FlowKey.Cfi);
                break;
            default:
                break;      // the packet has no tag, and this does not add one
        }
        _steps.Add(new TraceStep.Acted(_nesting, action, new FieldChange(_tci, before, _key.Get(_tci))));
    }

    /// <summary>Labels; what lies below them is not looked at again, which Open vSwitch does by recirculating.</summary>
    private void ChangeMpls(FlowAction action)
    {
        var before = _key.Get(_dlType);
        var isMpls = _key.Has(Prerequisite.Mpls);
        switch (action)
        {
            case FlowAction.PushMpls push:
                var (ttl, tc) = isMpls ? (_key[Slot.Mpls] & 0xff, _key[Slot.Mpls] >> 9 & 7)
                    : _key.Has(Prerequisite.Ip) ? (_key[Slot.NwTtl], _key[Slot.NwTos] >> 2 & 7) : (64, (UInt128)0);
                _key[Slot.Mpls2] = isMpls ? _key[Slot.Mpls1] : 0;
                _key[Slot.Mpls1] = isMpls ? _key[Slot.Mpls] : 0;
                _key[Slot.Mpls] = (isMpls ? _key[Slot.Mpls] & ~(UInt128)0xfff : 0) | tc << 9
                    | (isMpls ? 0 : (UInt128)0x100) | ttl;
                _key[Slot.DlType] = push.DlType;
                Unknown("what a flow matches behind push_mpls is not followed");
                break;
            case FlowAction.PopMpls pop when isMpls:
                _key[Slot.Mpls] = _key[Slot.Mpls1];
                _key[Slot.Mpls1] = _key[Slot.Mpls2];
                _key[Slot.Mpls2] = 0;
                _key[Slot.DlType] = pop.DlType;
                Unknown("what lies below an MPLS label is not told by the packet");
                break;
            case FlowAction.DecTtl when isMpls && (_key[Slot.Mpls] & 0xff) > 1:
                _key[Slot.Mpls]--;
                break;
            default:
                break;
        }
        _steps.Add(new TraceStep.Acted(_nesting, action, new FieldChange(_dlType, before, _key.Get(_dlType))));
    }

    private bool DecrementTtl(FlowAction action)
    {
        if (!_key.Has(Prerequisite.Ip))
        {
            Acted(action);
            return true;
        }
        var before = _key[Slot.NwTtl];
        if (before > 1)
        {
            _key[Slot.NwTtl]--;
            _steps.Add(new TraceStep.Acted(_nesting, action, new FieldChange(_ttl, before, before - 1)));
            return true;
        }
        Acted(action);
        ToController();
        DropHere("its TTL has run out");
        return false;
    }
}
