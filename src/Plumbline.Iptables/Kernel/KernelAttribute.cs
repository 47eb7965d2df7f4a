namespace Plumbline.Iptables;

/// <summary>Numbers of linux/netfilter/nf_tables.h and linux/netfilter/nf_tables_compat.h.</summary>
internal static class KernelAttribute
{
    public const int NFTA_RULE_EXPRESSIONS = 4;
    public const int NFTA_RULE_USERDATA = 7;
    public const int NFTA_LIST_ELEM = 1;
    public const int NFTA_EXPR_NAME = 1;
    public const int NFTA_EXPR_DATA = 2;
    public const int NFTA_DATA_VALUE = 1;
    public const int NFTA_DATA_VERDICT = 2;
    public const int NFTA_VERDICT_CODE = 1;
    public const int NFTA_VERDICT_CHAIN = 2;
    public const int NFTA_IMMEDIATE_DREG = 1;
    public const int NFTA_IMMEDIATE_DATA = 2;
    public const int NFTA_BITWISE_SREG = 1;
    public const int NFTA_BITWISE_DREG = 2;
    public const int NFTA_BITWISE_LEN = 3;
    public const int NFTA_BITWISE_MASK = 4;
    public const int NFTA_BITWISE_XOR = 5;
    public const int NFTA_BITWISE_OP = 6;
    public const int NFTA_CMP_SREG = 1;
    public const int NFTA_CMP_OP = 2;
    public const int NFTA_CMP_DATA = 3;
    public const int NFTA_RANGE_SREG = 1;
    public const int NFTA_RANGE_OP = 2;
    public const int NFTA_RANGE_FROM_DATA = 3;
    public const int NFTA_RANGE_TO_DATA = 4;
    public const int NFTA_PAYLOAD_DREG = 1;
    public const int NFTA_PAYLOAD_BASE = 2;
    public const int NFTA_PAYLOAD_OFFSET = 3;
    public const int NFTA_PAYLOAD_LEN = 4;
    public const int NFTA_META_DREG = 1;
    public const int NFTA_META_KEY = 2;
    public const int NFTA_LIMIT_RATE = 1;
    public const int NFTA_LIMIT_UNIT = 2;
    public const int NFTA_LIMIT_BURST = 3;
    public const int NFTA_LIMIT_TYPE = 4;
    public const int NFTA_LIMIT_FLAGS = 5;
    public const int NFTA_LIMIT_PAD = 6;
    public const int NFTA_COUNTER_BYTES = 1;
    public const int NFTA_COUNTER_PACKETS = 2;
    public const int NFTA_COUNTER_PAD = 3;
    public const int NFTA_LOG_GROUP = 1;
    public const int NFTA_LOG_PREFIX = 2;
    public const int NFTA_LOG_SNAPLEN = 3;
    public const int NFTA_LOG_QTHRESHOLD = 4;
    public const int NFTA_MATCH_NAME = 1;
    public const int NFTA_MATCH_REV = 2;
    public const int NFTA_MATCH_INFO = 3;

    public const uint NFT_CMP_EQ = 0;
    public const uint NFT_CMP_NEQ = 1;
    public const uint NFT_CMP_LT = 2;
    public const uint NFT_CMP_LTE = 3;
    public const uint NFT_CMP_GT = 4;
    public const uint NFT_CMP_GTE = 5;
    public const uint NFT_META_MARK = 3;
    public const uint NFT_META_IIFNAME = 6;
    public const uint NFT_META_OIFNAME = 7;
    public const uint NFT_META_L4PROTO = 16;
    public const uint NFT_PAYLOAD_NETWORK_HEADER = 1;
    public const uint NFT_PAYLOAD_TRANSPORT_HEADER = 2;

    public const int NF_DROP = 0;
    public const int NF_ACCEPT = 1;
    public const int NFT_JUMP = -3;
    public const int NFT_GOTO = -4;
    public const int NFT_RETURN = -5;
}
