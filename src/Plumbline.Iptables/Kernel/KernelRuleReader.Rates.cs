using static Plumbline.Iptables.KernelAttribute;

namespace Plumbline.Iptables;

/// <summary>What iptables-nft says by nf_tables' own expressions without loading anything: limit and NFLOG.</summary>
public sealed partial class KernelRuleReader
{
    private bool ReadLimit(ReadOnlySpan<byte> data)
    {
        ulong rate = 0, unit = 0;
        uint burst = 0;
        var reader = new KernelAttributes(data);
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case NFTA_LIMIT_RATE:
                    rate = reader.UInt64();
                    break;
                case NFTA_LIMIT_UNIT:
                    unit = reader.UInt64();
                    break;
                case NFTA_LIMIT_BURST:
                    burst = reader.UInt32();
                    break;
                case NFTA_LIMIT_PAD:
                case NFTA_LIMIT_TYPE or NFTA_LIMIT_FLAGS when reader.UInt32() == 0:
                    break;
                default:
                    return false;
            }
        }
        if (rate == 0 || unit is 0 or > 604_800 || Rates.LimitScale * unit / rate is 0 or > uint.MaxValue)
        {
            return false;
        }
        _modules.Add(new LimitMatch { Interval = (uint)(Rates.LimitScale * unit / rate), Burst = burst });
        return true;
    }

    /// <summary>NFLOG; what goes to the kernel's own log has a level.</summary>
    private bool ReadLog(ReadOnlySpan<byte> data)
    {
        ushort? group = null;
        ushort threshold = 0;
        uint size = 0;
        string? prefix = null;
        var reader = new KernelAttributes(data);
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case NFTA_LOG_GROUP:
                    group = reader.UInt16();
                    break;
                case NFTA_LOG_PREFIX:
                    prefix = TextOf(reader.Value);
                    if (prefix is null or { Length: > 63 })
                    {
                        return false;
                    }
                    break;
                case NFTA_LOG_SNAPLEN:
                    size = reader.UInt32();
                    break;
                case NFTA_LOG_QTHRESHOLD:
                    threshold = reader.UInt16();
                    break;
                default:
                    return false;
            }
        }
        if (group is not { } number)
        {
            return false;
        }
        _target = new NflogTarget
        {
            Group = number,
            Prefix = prefix is { Length: > 0 } ? prefix : null,
            Size = size == 0 ? null : size,
            Threshold = threshold == 0 ? null : threshold,
        };
        return true;
    }
}
