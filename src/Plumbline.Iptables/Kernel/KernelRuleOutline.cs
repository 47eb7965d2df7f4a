using System.Buffers.Binary;
using static Plumbline.Iptables.KernelAttribute;

namespace Plumbline.Iptables;

/// <summary>
/// What can be said of a rule of nf_tables without reading all of it: where thousands of rules each ask for a device of
/// their own, most are of no interest. Devices and the chain lie in the rule's bytes.
/// </summary>
public readonly record struct KernelRuleOutline
{
    private const int NameLength = 16;

    private readonly int _deviceStart, _otherStart, _jumpStart;
    private readonly byte _deviceLength, _otherLength, _jumpLength;

    private KernelRuleOutline(Range device, Range other, Range jump)
    {
        (_deviceStart, _deviceLength) = (device.Start.Value, (byte)(device.End.Value - device.Start.Value));
        (_otherStart, _otherLength) = (other.Start.Value, (byte)(other.End.Value - other.Start.Value));
        (_jumpStart, _jumpLength) = (jump.Start.Value, (byte)(jump.End.Value - jump.Start.Value));
    }

    /// <summary>The chain that the rule goes to when it matches; empty where it goes to none.</summary>
    /// <param name="attributes">The rule's.</param>
    public ReadOnlySpan<byte> Jump(ReadOnlySpan<byte> attributes) => attributes.Slice(_jumpStart, _jumpLength);

    /// <summary>
    /// The rule asks for another device than these, by <c>-i</c>, <c>-o</c>, <c>--physdev-in</c> or
    /// <c>--physdev-out</c>, not negated and by its whole name. False also where that is not known.
    /// </summary>
    /// <param name="attributes">The rule's.</param>
    /// <param name="devices">Their names in ASCII.</param>
    public bool IsOfOthers(ReadOnlySpan<byte> attributes, ReadOnlySpan<byte[]> devices) =>
        IsOther(attributes.Slice(_deviceStart, _deviceLength), devices)
        || IsOther(attributes.Slice(_otherStart, _otherLength), devices);

    /// <summary>Looks at a rule.</summary>
    /// <param name="attributes">NFTA_RULE_*, behind <c>struct nfgenmsg</c>.</param>
    public static KernelRuleOutline Read(ReadOnlySpan<byte> attributes)
    {
        var draft = new Draft(attributes);
        try
        {
            draft.Read();
        }
        catch (InvalidDataException)
        {
            return default;
        }
        return new(draft.Device, draft.Other, draft.Jump);
    }

    private static bool IsOther(ReadOnlySpan<byte> name, ReadOnlySpan<byte[]> devices)
    {
        foreach (var device in devices)
        {
            if (name.SequenceEqual(device))
            {
                return false;
            }
        }
        return name.Length > 0;
    }

    private ref struct Draft(ReadOnlySpan<byte> attributes)
    {
        private readonly ReadOnlySpan<byte> _attributes = attributes;
        private bool _isImpure;
        private uint _register;

        public Range Device { get; private set; }

        public Range Other { get; private set; }

        public Range Jump { get; private set; }

        public void Read()
        {
            var elements = new KernelAttributes(KernelAttributes.Find(_attributes, NFTA_RULE_EXPRESSIONS));
            while (elements.Read())
            {
                var name = KernelAttributes.Text(KernelAttributes.Find(elements.Value, NFTA_EXPR_NAME));
                var data = KernelAttributes.Find(elements.Value, NFTA_EXPR_DATA);
                if (name.SequenceEqual("match"u8))
                {
                    ReadPhysdev(data);
                    _register = 0;
                }
                else if (name.SequenceEqual("meta"u8))
                {
                    ReadMeta(data);
                }
                else if (name.SequenceEqual("cmp"u8))
                {
                    ReadComparison(data);
                }
                else if (name.SequenceEqual("immediate"u8))
                {
                    data = KernelAttributes.Find(KernelAttributes.Find(data, NFTA_IMMEDIATE_DATA), NFTA_DATA_VERDICT);
                    Jump = Place(KernelAttributes.Text(KernelAttributes.Find(data, NFTA_VERDICT_CHAIN)));
                }
                else
                {
                    // what is done before the device is asked for is done for every device
                    _isImpure |= !name.SequenceEqual("counter"u8) && !name.SequenceEqual("bitwise"u8)
                        && !name.SequenceEqual("range"u8) && !name.SequenceEqual("limit"u8)
                        && !(name.SequenceEqual("payload"u8)
                            && KernelAttributes.Find(data, NFTA_PAYLOAD_DREG).Length > 0);
                    _register = 0;
                }
            }
        }

        private void ReadMeta(ReadOnlySpan<byte> data)
        {
            var key = KernelAttributes.Find(data, NFTA_META_KEY);
            var register = KernelAttributes.Find(data, NFTA_META_DREG);
            _isImpure |= register.Length != sizeof(uint);
            _register = !_isImpure && key.Length == sizeof(uint)
                && BinaryPrimitives.ReadUInt32BigEndian(key) is NFT_META_IIFNAME or NFT_META_OIFNAME
                    ? BinaryPrimitives.ReadUInt32BigEndian(register) : 0;
        }

        private void ReadComparison(ReadOnlySpan<byte> data)
        {
            var register = _register;
            _register = 0;
            if (register == 0)
            {
                return;
            }
            var from = KernelAttributes.Find(data, NFTA_CMP_SREG);
            var operation = KernelAttributes.Find(data, NFTA_CMP_OP);
            if (from.Length == sizeof(uint) && BinaryPrimitives.ReadUInt32BigEndian(from) == register
                && operation.Length == sizeof(uint) && BinaryPrimitives.ReadUInt32BigEndian(operation) == NFT_CMP_EQ)
            {
                Put(KernelAttributes.Find(KernelAttributes.Find(data, NFTA_CMP_DATA), NFTA_DATA_VALUE));
            }
        }

        /// <summary><c>char in[16], in_mask[16], out[16], out_mask[16]; u8 invert, bitmask;</c></summary>
        private void ReadPhysdev(ReadOnlySpan<byte> match)
        {
            const int In = 1, Out = 2, Size = 72;
            if (_isImpure
                || !KernelAttributes.Text(KernelAttributes.Find(match, NFTA_MATCH_NAME)).SequenceEqual("physdev"u8)
                || KernelAttributes.Find(match, NFTA_MATCH_REV).ContainsAnyExcept((byte)0))
            {
                return;
            }
            var info = KernelAttributes.Find(match, NFTA_MATCH_INFO);
            var asked = info.Length == Size ? info[65] & ~info[64] : 0;
            if ((asked & In) != 0)
            {
                Put(info[..NameLength]);
            }
            if ((asked & Out) != 0)
            {
                Put(info.Slice(2 * NameLength, NameLength));
            }
        }

        /// <summary>A whole name, which ends with a zero; more than two of a rule are not looked at.</summary>
        private void Put(ReadOnlySpan<byte> value)
        {
            var end = value.IndexOf((byte)0);
            if (end <= 0 || end >= NameLength || value[end - 1] == '+')
            {
                return;
            }
            if (Device.Equals(default))
            {
                Device = Place(value[..end]);
            }
            else if (Other.Equals(default))
            {
                Other = Place(value[..end]);
            }
        }

        private readonly Range Place(ReadOnlySpan<byte> part) =>
            part.Length is > 0 and <= byte.MaxValue && _attributes.Overlaps(part, out var start)
                ? start..(start + part.Length) : default;
    }
}
