using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Simulation.Compiled;
using Plumbline.Primitives;

namespace Plumbline.OpenFlow.Simulation;

internal sealed partial class PacketRun
{
    private const ulong Broadcast = 0xffff_ffff_ffff;

    /// <summary>Group addresses of protocols between switches (IEEE 802.1D, and makers' own), which NORMAL keeps to itself.</summary>
    private static bool IsReserved(ulong address) => address is
        (>= 0x0180_c200_0000 and <= 0x0180_c200_000f)
        or 0x00e0_2b00_0000 or 0x00e0_2b00_0004 or 0x00e0_2b00_0006
        or 0x0100_0c00_0000 or 0x0100_0ccc_cccc or 0x0100_0ccc_cccd or 0x0100_0ccd_cdcd
        or (>= 0x0100_0ccc_ccc0 and <= 0x0100_0ccc_ccc7);

    /// <summary>Switches as a learning switch with VLANs would.</summary>
    private void Normal()
    {
        if (_bridge.Facts.Ports is null)
        {
            Unknown($"the ports of {_bridge.Name} and their VLANs were not told, which NORMAL needs");
            return;
        }
        var source = _bridge.BundleOf(_key.InPort);
        if (source is null && _key.InPort is not (OfPort.None or OfPort.Controller))
        {
            DropHere($"NORMAL: {_bridge.Name} has no port {OfPort.Write(_key.InPort)}");
            return;
        }
        if (WhyNotAdmitted(source) is { } why)
        {
            DropHere("NORMAL: " + why);
            return;
        }
        var (outer, inner) = Inside(source);
        var destination = (ulong)_key[Slot.DlDst];
        var vlan = (int)(outer & 0xfff);
        if (_bridge.Facts.McastSnooping && new MacAddress(destination).IsMulticast && destination != Broadcast
            && _key.Has(Prerequisite.Ip))
        {
            Unknown($"{_bridge.Name} snoops multicast, and who listens to {new MacAddress(destination)} was not told");
        }
        if (options.Memory is { } memory && source is not null)
        {
            memory.Learn(_bridge, vlan, (ulong)_key[Slot.DlSrc], source.First.Number);
        }
        if ((options.Memory?.AddressOf(_bridge, vlan, destination) ?? _bridge.Learned(vlan, destination)) is { } port)
        {
            ToLearned(source, port, outer, inner);
            return;
        }
        if (_bridge.Facts.Fdb is null && !new MacAddress(destination).IsMulticast)
        {
            Unknown($"where {_bridge.Name} learned {new MacAddress(destination)} in VLAN {vlan} was not told");
            FloodVlan(source, outer, inner, certain: false);
            return;
        }
        FloodVlan(source, outer, inner, certain: true);
    }

    private string? WhyNotAdmitted(Bundle? source)
    {
        if ((uint)_key[Slot.DlType] is 0x8100 or 0x88a8 && !_key.HasVlan)
        {
            return "the VLAN tag is cut short";
        }
        if (source is null)
        {
            return null;
        }
        if (source.IsMirrorOutput)
        {
            return $"port {source.First.Name} is the output of a mirror, and takes nothing in";
        }
        var vid = _key.Vlan;
        var name = source.First.Name;
        switch (source.Mode)
        {
            case VlanMode.Access when vid != 0:
                return $"VLAN {vid} came in by {name}, an access port of VLAN {source.Vlan}";
            case VlanMode.Trunk or VlanMode.NativeTagged or VlanMode.NativeUntagged
                when !source.Trunks(vid) && (source.Mode is VlanMode.Trunk || vid != 0):
                return $"VLAN {vid} is not among the trunks of {name}";
            case VlanMode.Dot1qTunnel when !source.AllowsCustomerVlan(vid):
                return $"VLAN {vid} is not among the cvlans of {name}";
            default:
                break;
        }
        var destination = (ulong)_key[Slot.DlDst];
        return !_bridge.Facts.ForwardBpdu && IsReserved(destination)
            ? $"{new MacAddress(destination)} is reserved for protocols between switches"
            : null;
    }

    /// <summary>The tags as they are inside the bridge: TPID, priority and VLAN id of the outer and the inner one.</summary>
    private (uint Outer, uint Inner) Inside(Bundle? source)
    {
        var outer = Tag(Slot.Vlan);
        var inner = outer == 0 ? 0 : Tag(Slot.InnerVlan);
        switch (source?.Mode)
        {
            case VlanMode.Access:
                return (Own(source, outer), 0);
            case VlanMode.NativeTagged or VlanMode.NativeUntagged when (outer & 0xfff) == 0:
                return (Own(source, outer), inner);
            case VlanMode.Dot1qTunnel:
                return ((uint)source.First.QinqType << 16 | (uint)source.Vlan, outer);
            default:
                return (outer, inner);
        }
    }

    private static uint Own(Bundle source, uint tag) =>
        (tag == 0 ? 0x8100_0000 : tag & 0xffff_0000) | tag & 0xe000 | (uint)source.Vlan;

    /// <summary>TPID and TCI without the tag bit; 0 where there is no tag.</summary>
    private uint Tag(int slot)
    {
        var tag = (uint)_key[slot];
        return (tag & FlowKey.Cfi) != 0 ? tag & ~FlowKey.Cfi : 0;
    }

    private void ToLearned(Bundle? source, int port, uint outer, uint inner)
    {
        var target = _bridge.BundleOf(port);
        if (target is null)
        {
            DropHere($"NORMAL: learned at port {OfPort.Write(port)}, which is gone");
        }
        else if (target == source)
        {
            DropHere($"NORMAL: learned at {target.First.Name}, where it came in");
        }
        else
        {
            Note($"NORMAL: VLAN {outer & 0xfff}, learned at {target.First.Name}");
            EmitTo(target, outer, inner);
        }
    }

    private void FloodVlan(Bundle? source, uint outer, uint inner, bool certain)
    {
        Note($"NORMAL: VLAN {outer & 0xfff}, not learned: flooded");
        var was = _isCertain;
        _isCertain &= certain;
        var sent = false;
        foreach (var bundle in _bridge.Bundles)
        {
            if (bundle != source && bundle.Includes((int)(outer & 0xfff), (int)(inner & 0xfff)) && bundle.IsFloodable
                && !bundle.IsMirrorOutput)
            {
                EmitTo(bundle, outer, inner);
                sent = true;
            }
        }
        _isCertain = was;
        if (!sent)
        {
            DropHere($"NORMAL: {_bridge.Name} has no other port in VLAN {outer & 0xfff}");
        }
    }

    private void EmitTo(Bundle target, uint outer, uint inner)
    {
        var (savedOuter, savedInner) = (_key[Slot.Vlan], _key[Slot.InnerVlan]);
        var priorityTags = target.First.PriorityTags;
        var (first, second) = target.Mode switch
        {
            VlanMode.Access => (0u, 0u),
            VlanMode.NativeUntagged when (outer & 0xfff) == target.Vlan => (inner, 0u),
            VlanMode.Dot1qTunnel => (inner, 0u),
            _ => (outer, inner),
        };
        if (priorityTags is "if-nonzero" or "always")
        {
            first = first & ~0xe000u | _key.Tci & 0xe000;
        }
        _key[Slot.Vlan] = OnWire(first, priorityTags == "always");
        _key[Slot.InnerVlan] = OnWire(second, false);
        if (target.Members.Count == 1)
        {
            Emit(target.First.Number);
        }
        else
        {
            EmitToBond(target);
        }
        (_key[Slot.Vlan], _key[Slot.InnerVlan]) = (savedOuter, savedInner);
    }

    private void EmitToBond(Bundle target)
    {
        var live = target.Members.Where(m => m.IsLive).ToList();
        var was = _isCertain;
        if (live.Count > 1)
        {
            Unknown($"which member of bond {target.First.Bond} takes it was not told");
            _isCertain = false;
        }
        foreach (var member in live)
        {
            Emit(member.Number);
        }
        _isCertain = was;
        if (live.Count == 0)
        {
            DropHere($"no member of bond {target.First.Bond} is up");
        }
    }

    private static uint OnWire(uint tag, bool always)
    {
        if ((tag & 0xefff) == 0 && !(always && tag != 0))
        {
            return 0;
        }
        return (tag >> 16 == 0 ? 0x8100_0000 : tag & 0xffff_0000) | tag & 0xefff | FlowKey.Cfi;
    }
}
