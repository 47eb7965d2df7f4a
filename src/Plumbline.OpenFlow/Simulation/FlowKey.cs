using System.Text;
using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Flows;
using Plumbline.OpenFlow.Text;

namespace Plumbline.OpenFlow.Simulation;

/// <summary>
/// A packet's headers with its metadata: where it came in, tunnel, registers, conntrack (Open vSwitch's <c>struct flow</c>). What was
/// not told is 0. Mutable; the simulator works on copies.
/// </summary>
public sealed class FlowKey
{
    internal const uint Cfi = 0x1000;
    private readonly UInt128[] _slots;

    /// <summary>A packet of zeros.</summary>
    public FlowKey() => _slots = new UInt128[Slot.Count];

    private FlowKey(FlowKey other) => _slots = (UInt128[])other._slots.Clone();

    internal ref UInt128 this[int slot] => ref _slots[slot];

    /// <summary>OpenFlow number of the port it came in by.</summary>
    public int InPort
    {
        get => (int)_slots[Slot.InPort];
        set => _slots[Slot.InPort] = (UInt128)value;
    }

    /// <summary>Has an 802.1Q tag.</summary>
    public bool HasVlan => ((uint)_slots[Slot.Vlan] & Cfi) != 0;

    /// <summary>VLAN id of the outermost tag; 0 without one.</summary>
    public int Vlan => HasVlan ? (int)((uint)_slots[Slot.Vlan] & 0xfff) : 0;

    /// <summary>A field's value.</summary>
    public UInt128 Get(Field field) => _slots[field.Slot] >> field.Shift & field.Mask;

    /// <summary>A field's value, by any of its names.</summary>
    /// <exception cref="ArgumentException">No such field.</exception>
    public UInt128 Get(string field) => Get(FieldTable.Get(field));

    /// <summary>Bits of a field.</summary>
    public UInt128 Get(FieldReference bits) => Get(bits.Field) >> bits.Offset & bits.Mask;

    /// <summary>Writes a field; a VLAN tag comes to be where its bits are written with the tag bit.</summary>
    public void Set(Field field, UInt128 value)
    {
        ref var slot = ref _slots[field.Slot];
        if (field.Slot == Slot.NwTos && field.Width == 8)
        {
            slot = slot & 3 | value & 0xfc;     // nw_tos is the DSCP in its place; ECN is a field of its own
            return;
        }
        slot = slot & ~(field.Mask << field.Shift) | (value & field.Mask) << field.Shift;
        if (field.Slot == Slot.Vlan)
        {
            FixTpid(ref slot);
        }
    }

    /// <summary>Writes a field, by any of its names; <c>dl_vlan</c> makes a tag of it.</summary>
    /// <exception cref="ArgumentException">No such field.</exception>
    public FlowKey Set(string field, UInt128 value)
    {
        Set(FieldTable.Get(field), field == "dl_vlan" ? value | Cfi : value);
        if (field == "dl_vlan")
        {
            SetTci((uint)value & 0xfff | Cfi | Tci & 0xe000);
        }
        return this;
    }

    /// <summary>Writes bits of a field.</summary>
    public void Set(FieldReference bits, UInt128 value)
    {
        var old = Get(bits.Field);
        Set(bits.Field, old & ~(bits.Mask << bits.Offset) | (value & bits.Mask) << bits.Offset);
    }

    /// <summary>One like this.</summary>
    public FlowKey Copy() => new(this);

    /// <summary>A copy as it is on the wire: what has no tag bit is no tag, and nothing lies below it.</summary>
    internal FlowKey OnWire()
    {
        var wire = Copy();
        if (!HasVlan)
        {
            wire._slots[Slot.Vlan] = wire._slots[Slot.InnerVlan] = 0;
        }
        else if (((uint)wire._slots[Slot.InnerVlan] & Cfi) == 0)
        {
            wire._slots[Slot.InnerVlan] = 0;
        }
        return wire;
    }

    /// <summary>Takes all values of <paramref name="other"/>.</summary>
    internal void CopyFrom(FlowKey other) => other._slots.AsSpan().CopyTo(_slots);

    internal uint Tci => (uint)_slots[Slot.Vlan] & 0xffff;

    internal void SetTci(uint tci)
    {
        ref var slot = ref _slots[Slot.Vlan];
        slot = slot & ~(UInt128)0xffff | tci;
        FixTpid(ref slot);
    }

    internal void PushVlan(uint tpid, uint tci)
    {
        _slots[Slot.InnerVlan] = _slots[Slot.Vlan];
        _slots[Slot.Vlan] = tpid << 16 | tci;
    }

    internal void PopVlan()
    {
        if (HasVlan)
        {
            var inner = ((uint)_slots[Slot.InnerVlan] & Cfi) != 0;
            _slots[Slot.Vlan] = inner ? _slots[Slot.InnerVlan] : 0;
            _slots[Slot.InnerVlan] = inner ? 0 : _slots[Slot.InnerVlan];
        }
    }

    /// <summary>The packet has what a field with this prerequisite is a part of.</summary>
    public bool Has(Prerequisite needs)
    {
        var type = (uint)_slots[Slot.DlType];
        var proto = (uint)_slots[Slot.NwProto];
        var isIp = type is 0x0800 or 0x86dd;
        var hasTransport = isIp && ((uint)_slots[Slot.NwFrag] & 2) == 0;
        return needs switch
        {
            Prerequisite.None => true,
            Prerequisite.Vlan => HasVlan,
            Prerequisite.Arp => type is 0x0806 or 0x8035,
            Prerequisite.Ipv4 => type == 0x0800,
            Prerequisite.Ipv6 => type == 0x86dd,
            Prerequisite.Ip => isIp,
            Prerequisite.Mpls => type is 0x8847 or 0x8848,
            Prerequisite.Tcp => hasTransport && proto == 6,
            Prerequisite.Udp => hasTransport && proto == 17,
            Prerequisite.Sctp => hasTransport && proto == 132,
            Prerequisite.Transport => hasTransport && proto is 6 or 17 or 132,
            Prerequisite.Icmp => type == 0x0800 && hasTransport && proto == 1,
            Prerequisite.Icmp6 => type == 0x86dd && hasTransport && proto == 58,
            Prerequisite.Nd => IsNd(hasTransport, type, proto) && (uint)_slots[Slot.TpSrc] is 135 or 136,
            Prerequisite.NdSolicit => IsNd(hasTransport, type, proto) && (uint)_slots[Slot.TpSrc] == 135,
            _ => IsNd(hasTransport, type, proto) && (uint)_slots[Slot.TpSrc] == 136,
        };
    }

    /// <summary>All that leaves with the packet is equal: headers and tags, no metadata.</summary>
    public bool HasSameHeaders(FlowKey other)
    {
        for (var i = Slot.DlSrc; i <= Slot.Mpls2; i++)
        {
            if (_slots[i] != other._slots[i])
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Reads <c>ofproto/trace</c>'s way to describe a packet: <c>in_port=1,tcp,dl_vlan=5,nw_src=10.0.0.1</c>.</summary>
    /// <param name="text">Fields, comma-separated; ports by number.</param>
    /// <param name="problems">What could not be read; empty where all was.</param>
    public static FlowKey Parse(string text, out IReadOnlyList<TextProblem> problems)
    {
        var key = new FlowKey();
        var found = new List<TextProblem>();
        var dump = FlowDump.Parse(text.Trim() + " actions=drop");
        found.AddRange(dump.Problems);
        foreach (var match in dump.Flows.SelectMany(f => f.Matches))
        {
            switch (match)
            {
                case Match.Protocol protocol:
                    key._slots[Slot.DlType] = protocol.DlType ?? key._slots[Slot.DlType];
                    key._slots[Slot.NwProto] = protocol.NwProto ?? key._slots[Slot.NwProto];
                    break;
                case Match.Value value:
                    key.Set(value.Field.Name, value.Wanted);
                    break;
                default:
                    found.Add(new(1, 1, $"\"{match.Text}\" is no field of a packet", "see ovs-fields(7) for their names"));
                    break;
            }
        }
        problems = found;
        return key;
    }

    /// <summary>As <see cref="Parse(string, out IReadOnlyList{TextProblem})"/>.</summary>
    /// <exception cref="FormatException">Something could not be read.</exception>
    public static FlowKey Parse(string text)
    {
        var key = Parse(text, out var problems);
        return problems.Count == 0 ? key : throw new FormatException(problems[0].What);
    }

    /// <summary>The fields that are not 0, as <c>ofproto/trace</c> takes them.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var field in FieldTable.ForDisplay)
        {
            if (Has(field.Needs) && Get(field) is var value && value != 0)
            {
                text.Append(text.Length > 0 ? "," : "").Append(field.Name).Append('=').Append(FieldText.Write(field, value));
            }
        }
        return text.ToString();
    }

    private bool IsNd(bool hasTransport, uint type, uint proto) =>
        type == 0x86dd && hasTransport && proto == 58 && _slots[Slot.TpDst] == 0;

    private static void FixTpid(ref UInt128 slot)
    {
        var (tpid, tci) = ((uint)slot >> 16, (uint)slot & 0xffff);
        slot = tci == 0 ? 0 : (tpid == 0 ? 0x8100u : tpid) << 16 | tci;
    }
}
