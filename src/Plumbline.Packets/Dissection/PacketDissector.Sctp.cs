namespace Plumbline.Packets.Dissection;

/// <summary>SCTP (RFC 9260 §3): 2 + 2 ports, 4 tag, 4 checksum; chunks of 1 type, 1 flags, 2 length, padded to 4.</summary>
internal readonly ref partial struct PacketDissector
{
    private void Sctp(int at, int end)
    {
        if (!Start("sctp", at, end, 12))
        {
            return;
        }
        Number16("sctp.srcport", at);
        Number16("sctp.dstport", at + 2);
        Hex32("sctp.verification_tag", at + 4);
        Hex32("sctp.checksum", at + 8);
        for (at += 12; end - at >= 4 && !_fields.IsFull;)
        {
            var length = Word(at + 2);
            Number8("sctp.chunk_type", at);
            Hex8("sctp.chunk_flags", at + 1);
            Number16("sctp.chunk_length", at + 2);
            if (length < 4)
            {
                _ = Malformed();
                return;
            }
            if (end - at < length)
            {
                CutShort();
                return;
            }
            SctpChunk(_frame[at], at, at + length);
            at += length + 3 & ~3;
        }
    }

    private void SctpChunk(int type, int at, int end)
    {
        switch (type)
        {
            case 0 when end - at >= 16:
                Flag("sctp.data_e_bit", (_frame[at + 1] & 1) != 0, at + 1);
                Flag("sctp.data_b_bit", (_frame[at + 1] & 2) != 0, at + 1);
                Flag("sctp.data_u_bit", (_frame[at + 1] & 4) != 0, at + 1);
                Flag("sctp.data_i_bit", (_frame[at + 1] & 8) != 0, at + 1);
                Number32("sctp.data_tsn_raw", at + 4);
                Hex16("sctp.data_sid", at + 8);
                Number16("sctp.data_ssn", at + 10);
                Number32("sctp.data_payload_proto_id", at + 12);
                break;
            case 1 when end - at >= 20:
                Hex32("sctp.init_initiate_tag", at + 4);
                Number32("sctp.init_credit", at + 8);
                Number16("sctp.init_nr_out_streams", at + 12);
                Number16("sctp.init_nr_in_streams", at + 14);
                Number32("sctp.init_initial_tsn", at + 16);
                SctpParameters(at + 20, end);
                break;
            case 2 when end - at >= 20:
                Hex32("sctp.initack_initiate_tag", at + 4);
                Number32("sctp.initack_credit", at + 8);
                Number16("sctp.initack_nr_out_streams", at + 12);
                Number16("sctp.initack_nr_in_streams", at + 14);
                Number32("sctp.initack_initial_tsn", at + 16);
                SctpParameters(at + 20, end);
                break;
            case 3 when end - at >= 16: SctpSack(at, end); break;
            case 4 or 5: SctpParameters(at + 4, end); break;
            case 6:
                Flag("sctp.abort_t_bit", (_frame[at + 1] & 1) != 0, at + 1);
                SctpCauses(at + 4, end);
                break;
            case 7 when end - at >= 8: Number32("sctp.shutdown_cumulative_tsn_ack", at + 4); break;
            case 9: SctpCauses(at + 4, end); break;
            case 14: Flag("sctp.shutdown_complete_t_bit", (_frame[at + 1] & 1) != 0, at + 1); break;
            default: break;
        }
    }

    private void SctpSack(int at, int end)
    {
        Number32("sctp.sack_cumulative_tsn_ack_raw", at + 4);
        Number32("sctp.sack_a_rwnd", at + 8);
        Number16("sctp.sack_number_of_gap_blocks", at + 12);
        Number16("sctp.sack_number_of_duplicated_tsns", at + 14);
        var (gaps, again) = (Word(at + 12), Word(at + 14));
        at += 16;
        for (; gaps > 0 && end - at >= 4 && !_fields.IsFull; gaps--, at += 4)
        {
            Number16("sctp.sack_gap_block_start", at);
            Number16("sctp.sack_gap_block_end", at + 2);
        }
        for (; gaps == 0 && again > 0 && end - at >= 4 && !_fields.IsFull; again--, at += 4)
        {
            Number32("sctp.sack_duplicate_tsn", at);
        }
    }

    /// <summary>§3.2.1: 2 type, 2 length with both, value, padded to 4.</summary>
    private void SctpParameters(int at, int end)
    {
        while (end - at >= 4 && !_fields.IsFull)
        {
            var (type, length) = (Word(at), Word(at + 2));
            Hex16("sctp.parameter_type", at);
            Number16("sctp.parameter_length", at + 2);
            if (length < 4 || end - at < length)
            {
                _ = Malformed();
                return;
            }
            switch (type)
            {
                case 5 when length == 8: IPv4("sctp.parameter_ipv4_address", at + 4); break;
                case 6 when length == 20: IPv6("sctp.parameter_ipv6_address", at + 4); break;
                case 1 when length > 4: Bytes("sctp.parameter_heartbeat_information", at + 4, length - 4); break;
                default: break;
            }
            at += length + 3 & ~3;
        }
    }

    /// <summary>§3.3.10: 2 code, 2 length with both, value, padded to 4.</summary>
    private void SctpCauses(int at, int end)
    {
        while (end - at >= 4 && !_fields.IsFull)
        {
            var length = Word(at + 2);
            Hex16("sctp.cause_code", at);
            Number16("sctp.cause_length", at + 2);
            if (length < 4 || end - at < length)
            {
                _ = Malformed();
                return;
            }
            at += length + 3 & ~3;
        }
    }
}
