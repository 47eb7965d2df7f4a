using Plumbline.Packets.Layers;

namespace Plumbline.Packets.Dissection;

/// <summary>Tunnels on IP (GRE, ERSPAN) and on UDP (VXLAN, VXLAN-GPE, Geneve).</summary>
internal readonly ref partial struct PacketDissector
{
    private const int VxlanGpePort = 4790;

    private void Gre(int at, int end)
    {
        if (!Start("gre", at, end, GreHeader.MinLength))
        {
            return;
        }
        var state = GreHeader.Read(_frame[at..end], out var header);
        if (state != LayerState.Whole)
        {
            _fields.EndLayer(state == LayerState.CutShort ? LayerOutcome.CutShort : LayerOutcome.Malformed);
            return;
        }
        Hex16("gre.flags_and_version", at);
        Hex16("gre.proto", at + 2);
        var next = at + 4;
        if ((_frame[at] & 0x80) != 0)
        {
            Hex16("gre.checksum", next);
            Number16("gre.offset", next + 2);
            next += 4;
        }
        if (header.Key is { } key)
        {
            Hex("gre.key", key, next, 8);
            next += 4;
        }
        if (header.HasSequence)
        {
            Number32("gre.sequence_number", next);
        }
        at += header.Length;
        if (header.Type is EtherType.Erspan or EtherType.Erspan3)
        {
            Erspan(header, at, end);
        }
        else
        {
            Payload(header.Type, at, end);
        }
    }

    private void Erspan(in GreHeader gre, int at, int end)
    {
        if (!Start("erspan", at, end, 0))
        {
            return;
        }
        if (!ErspanHeader.TryRead(_frame[at..end], gre, out var header))
        {
            CutShort();
            return;
        }
        if (header.Length > 0 && header.Version is not (1 or 2))
        {
            Number("erspan.version", (ulong)header.Version, at, 1);
            _ = Malformed();
            return;
        }
        if (header.Length > 0)
        {
            ErspanFields(header, at);
        }
        Ethernet(at + header.Length, end);
    }

    /// <summary>The layout stands at <see cref="ErspanHeader"/>.</summary>
    private void ErspanFields(in ErspanHeader header, int at)
    {
        Number("erspan.version", (ulong)header.Version, at, 1);
        Number("erspan.vlan", (ulong)header.Vlan, at, 2);
        Number("erspan.cos", (ulong)_frame[at + 2] >> 5, at + 2, 1);
        Number(header.Version == 1 ? "erspan.encap" : "erspan.bso", (ulong)_frame[at + 2] >> 3 & 3, at + 2, 1);
        Number("erspan.truncated", (ulong)_frame[at + 2] >> 2 & 1, at + 2, 1);
        Number("erspan.spanid", (ulong)header.Session, at + 2, 2);
        if (header.Version == 1)
        {
            Number("erspan.index", Long(at + 4) & 0xF_FFFF, at + 4, 4);
            return;
        }
        if (header.Version != 2 || header.Length < 12)
        {
            return;
        }
        Number32("erspan.timestamp", at + 4);
        Number16("erspan.sgt", at + 8);
        Number("erspan.p", (ulong)_frame[at + 10] >> 7, at + 10, 1);
        Number("erspan.ft", (ulong)_frame[at + 10] >> 2 & 0x1F, at + 10, 1);
        Number("erspan.hw", (ulong)Word(at + 10) >> 4 & 0x3F, at + 10, 2);
        Flag("erspan.direction", (_frame[at + 11] & 8) != 0, at + 11);
        Number("erspan.gra", (ulong)_frame[at + 11] >> 1 & 3, at + 11, 1);
        Number("erspan.o", (ulong)_frame[at + 11] & 1, at + 11, 1);
    }

    private void Vxlan(int at, int end)
    {
        if (Start("vxlan", at, end, VxlanHeader.Length))
        {
            Hex16("vxlan.flags", at);
            Number16("vxlan.gbp", at + 2);
            Number("vxlan.vni", Long(at + 4) >> 8, at + 4, 3);
            Ethernet(at + VxlanHeader.Length, end);
        }
    }

    /// <summary>draft-ietf-nvo3-vxlan-gpe: 1 flags, 2 reserved, 1 next protocol, 3 VNI, 1 reserved.</summary>
    private void VxlanGpe(int at, int end)
    {
        if (!Start("vxlan", at, end, VxlanHeader.Length))
        {
            return;
        }
        Hex8("vxlan.flags", at);
        Number8("vxlan.next_proto", at + 3);
        Number("vxlan.vni", Long(at + 4) >> 8, at + 4, 3);
        var inside = at + VxlanHeader.Length;
        switch (_frame[at + 3])
        {
            case 1: Payload(EtherType.IPv4, inside, end); break;
            case 2: Payload(EtherType.IPv6, inside, end); break;
            case 3: Ethernet(inside, end); break;
            default: break;
        }
    }

    private void Geneve(int at, int end)
    {
        if (!Start("geneve", at, end, GeneveHeader.MinLength))
        {
            return;
        }
        Number("geneve.version", (ulong)_frame[at] >> 6, at, 1);
        Number("geneve.option.length", 4UL * (_frame[at] & 0x3Fu), at, 1); // of all options, and below of each
        Flag("geneve.flags.oam", (_frame[at + 1] & 0x80) != 0, at + 1);
        Flag("geneve.flags.critical", (_frame[at + 1] & 0x40) != 0, at + 1);
        Hex16("geneve.proto_type", at + 2);
        Hex("geneve.vni", Long(at + 4) >> 8, at + 4, 6);
        if (!GeneveHeader.TryRead(_frame[at..end], out var header))
        {
            CutShort();
            return;
        }
        GeneveOptions(at + GeneveHeader.MinLength, at + header.Length);
        Payload(header.Type, at + header.Length, end);
    }

    /// <summary>RFC 8926 §3.5: 2 class, 1 type (its first bit: critical), 3 bits reserved, 5 bits length in words, value.</summary>
    private void GeneveOptions(int at, int end)
    {
        while (end - at >= 4 && !_fields.IsFull)
        {
            var length = 4 + 4 * (_frame[at + 3] & 0x1F);
            Hex16("geneve.option.class", at);
            Hex8("geneve.option.type", at + 2);
            Flag("geneve.option.type.critical", (_frame[at + 2] & 0x80) != 0, at + 2);
            Number("geneve.option.length", (ulong)length, at + 3, 1);
            if (end - at < length)
            {
                _ = Malformed();
                return;
            }
            at += length;
        }
    }
}
