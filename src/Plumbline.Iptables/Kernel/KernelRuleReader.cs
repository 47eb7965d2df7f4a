using System.Text;
using static Plumbline.Iptables.KernelAttribute;

namespace Plumbline.Iptables;

/// <summary>
/// A rule of nf_tables, as the kernel tells it (NFT_MSG_NEWRULE), back to the rule that iptables made it of: the words
/// of modules (xt_*.h) that lie in it as C structs, and the expressions by which iptables-nft says the rest. What is
/// not known exactly, to the revision and the length, makes the whole rule unknown: nothing is guessed, and iptables
/// has to be asked.
/// </summary>
/// <param name="family">Whose rules.</param>
/// <param name="findSet">The name of the set with this number; null: not known.</param>
/// <remarks>One caller at a time.</remarks>
public sealed partial class KernelRuleReader(IPFamily family, Func<ushort, string?> findSet)
{
    private readonly List<Match> _modules = [];
    private readonly Dictionary<ushort, string?> _sets = [];
    private Match? _source, _destination, _in, _out, _fragment;
    private ProtocolMatch? _protocol;
    private Target? _target;
    private Counters? _counters;

    /// <summary>The rule with its counters; null where something in it is not known.</summary>
    /// <param name="attributes">NFTA_RULE_*, behind <c>struct nfgenmsg</c>.</param>
    public Rule? Read(ReadOnlySpan<byte> attributes)
    {
        _modules.Clear();
        (_source, _destination, _in, _out, _fragment) = (null, null, null, null, null);
        (_protocol, _target, _counters) = (null, null, null);
        _load = Load.None;
        try
        {
            var reader = new KernelAttributes(attributes);
            while (reader.Read())
            {
                if (reader.Type == NFTA_RULE_EXPRESSIONS && !ReadExpressions(reader.Value)
                    || reader.Type == NFTA_RULE_USERDATA && !ReadComment(reader.Value))
                {
                    return null;
                }
            }
        }
        catch (InvalidDataException)
        {
            return null;
        }
        return DropLoad() ? Rule() : null;
    }

    private Rule Rule()
    {
        var matches = new List<Match>(_modules.Count + 6);
        foreach (var head in (ReadOnlySpan<Match?>)[_source, _destination, _in, _out, _protocol, _fragment])
        {
            if (head is not null)
            {
                matches.Add(head);
            }
        }
        matches.AddRange(_modules);
        return new() { Matches = matches, Target = _target, Counters = _counters ?? default(Counters) };
    }

    private bool ReadExpressions(ReadOnlySpan<byte> list)
    {
        var elements = new KernelAttributes(list);
        while (elements.Read())
        {
            if (elements.Type != NFTA_LIST_ELEM)
            {
                return false;
            }
            ReadOnlySpan<byte> name = default, data = default;
            var parts = new KernelAttributes(elements.Value);
            while (parts.Read())
            {
                switch (parts.Type)
                {
                    case NFTA_EXPR_NAME:
                        name = KernelAttributes.Text(parts.Value);
                        break;
                    case NFTA_EXPR_DATA:
                        data = parts.Value;
                        break;
                    default:
                        return false;
                }
            }
            if (!ReadExpression(name, data))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Conditions, then the counter, then what to do: in another order it is not iptables' rule.</summary>
    private bool ReadExpression(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        if (_target is not null)
        {
            return false;
        }
        if (name.SequenceEqual("counter"u8))
        {
            return _counters is null && DropLoad() && ReadCounter(data);
        }
        if (name.SequenceEqual("immediate"u8))
        {
            return DropLoad() && ReadVerdict(data);
        }
        if (name.SequenceEqual("target"u8))
        {
            return DropLoad() && ReadModule(data, out var target, out var revision, out var info)
                && ReadTarget(target, revision, info);
        }
        if (name.SequenceEqual("log"u8))
        {
            return DropLoad() && ReadLog(data);
        }
        if (_counters is not null)
        {
            return false;   // counted before it is asked: iptables counts what matches all
        }
        if (name.SequenceEqual("match"u8))
        {
            return DropLoad() && ReadModule(data, out var match, out var revision, out var info)
                && ReadMatch(match, revision, info);
        }
        if (name.SequenceEqual("meta"u8))
        {
            return DropLoad() && ReadMeta(data);
        }
        if (name.SequenceEqual("payload"u8))
        {
            return DropLoad() && ReadPayload(data);
        }
        if (name.SequenceEqual("bitwise"u8))
        {
            return ReadBitwise(data);
        }
        if (name.SequenceEqual("cmp"u8))
        {
            return ReadComparison(data);
        }
        if (name.SequenceEqual("range"u8))
        {
            return ReadRange(data);
        }
        return name.SequenceEqual("limit"u8) && DropLoad() && ReadLimit(data);
    }

    private static bool ReadModule(
        ReadOnlySpan<byte> data, out ReadOnlySpan<byte> name, out uint revision, out ReadOnlySpan<byte> info)
    {
        name = info = default;
        revision = 0;
        var reader = new KernelAttributes(data);
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case NFTA_MATCH_NAME:
                    name = KernelAttributes.Text(reader.Value);
                    break;
                case NFTA_MATCH_REV:
                    revision = reader.UInt32();
                    break;
                case NFTA_MATCH_INFO:
                    info = reader.Value;
                    break;
                default:
                    return false;
            }
        }
        return name.Length > 0;
    }

    private bool ReadCounter(ReadOnlySpan<byte> data)
    {
        ulong packets = 0, bytes = 0;
        var reader = new KernelAttributes(data);
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case NFTA_COUNTER_PACKETS:
                    packets = reader.UInt64();
                    break;
                case NFTA_COUNTER_BYTES:
                    bytes = reader.UInt64();
                    break;
                case NFTA_COUNTER_PAD:
                    break;
                default:
                    return false;
            }
        }
        _counters = new(packets, bytes);
        return true;
    }

    private bool ReadVerdict(ReadOnlySpan<byte> data)
    {
        var (register, code) = (uint.MaxValue, int.MaxValue);
        ReadOnlySpan<byte> chain = default;
        var reader = new KernelAttributes(data);
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case NFTA_IMMEDIATE_DREG:
                    register = reader.UInt32();
                    break;
                case NFTA_IMMEDIATE_DATA:
                    var verdict = new KernelAttributes(KernelAttributes.Find(reader.Value, NFTA_DATA_VERDICT));
                    while (verdict.Read())
                    {
                        code = verdict.Type == NFTA_VERDICT_CODE ? (int)verdict.UInt32() : code;
                        chain = verdict.Type == NFTA_VERDICT_CHAIN ? KernelAttributes.Text(verdict.Value) : chain;
                    }
                    break;
                default:
                    return false;
            }
        }
        if (register != 0)
        {
            return false;   // 0 is the verdict's own
        }
        _target = code switch
        {
            NF_ACCEPT => VerdictTarget.Accept,
            NF_DROP => VerdictTarget.Drop,
            NFT_RETURN => VerdictTarget.Return,
            NFT_JUMP or NFT_GOTO when chain.Length > 0 =>
                new JumpTarget(Encoding.UTF8.GetString(chain), code == NFT_GOTO),
            _ => null,
        };
        return _target is not null;
    }

    /// <summary>What nft calls a rule's comment: <c>u8 type; u8 length; value</c> each, the text of type 0.</summary>
    private bool ReadComment(ReadOnlySpan<byte> data)
    {
        while (data.Length > 0)
        {
            if (data.Length < 2 || data[0] != 0 || data.Length < 2 + data[1]
                || CommentOf(data.Slice(2, data[1])) is not { } comment)
            {
                return false;
            }
            _modules.Add(comment);
            data = data[(2 + data[1])..];
        }
        return true;
    }

    /// <summary>Null where it would not be one line, or is no UTF-8.</summary>
    private static CommentMatch? CommentOf(ReadOnlySpan<byte> bytes) =>
        TextOf(bytes) is { } text ? new() { Text = text } : null;

    private static string? TextOf(ReadOnlySpan<byte> bytes)
    {
        bytes = KernelAttributes.Text(bytes);
        return bytes.ContainsAnyInRange((byte)0, (byte)31) || !System.Text.Unicode.Utf8.IsValid(bytes)
            ? null : Encoding.UTF8.GetString(bytes);
    }
}
