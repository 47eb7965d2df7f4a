using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Plumbline.Packets.Pcapng;

public sealed partial class PcapngWriter
{
    /// <summary>
    /// Packets without comments, one after the other: what every packet of a fast capture goes through. Its state is a place and a length,
    /// and a packet costs six stores and its copy (bench/capture-rate).
    /// </summary>
    public ref struct PacketBatch
    {
        /// <summary>An Enhanced Packet Block before its data.</summary>
        private const int Head = 28;

        /// <summary>epb_flags and opt_endofopt.</summary>
        private const int Flags = 12;

        private readonly PcapngWriter _writer;
        private ref byte _at;
        private int _left;
        private IOException? _error;

        internal PacketBatch(PcapngWriter writer)
        {
            _writer = writer;
            Open();
        }

        /// <summary>The writer's <see cref="PcapngWriter.Length"/>, what was added included.</summary>
        public readonly long Length => _writer._handedOver + _writer._limit - _left;

        /// <summary>As <see cref="WritePacket"/>, but for the check of the interface's number.</summary>
        /// <returns>False: writing failed, and <see cref="Close"/> says how; this packet and those after it are not in the file.</returns>
        [MethodImpl(MethodImplOptions.AggressiveInlining)] // once a packet
        public bool TryAdd(
            int interfaceNumber, long timestampNanoseconds, ReadOnlySpan<byte> data, int originalLength, PacketDirection direction)
        {
            var padded = PcapngFormat.Padded(data.Length);
            var tail = Head + padded;
            var total = tail + sizeof(uint) + (direction == PacketDirection.Unknown ? 0 : Flags);
            var rest = _left - total;
            if (rest < PcapngFormat.BlockOverhead && rest != 0 && !MakeRoom(total)) // nothing smaller could fill the rest
            {
                return false;
            }
            ref var at = ref _at;
            Put(ref at, tail - sizeof(uint), 0u); // the padding, before the data covers what is not
            Put(ref at, 0, PcapngFormat.EnhancedPacketBlock | (ulong)total << 32);
            Put(ref at, 8, (uint)interfaceNumber);
            Put(ref at, 12, BitOperations.RotateLeft((ulong)timestampNanoseconds, 32)); // the high half first
            Put(ref at, 20, (uint)data.Length | (ulong)originalLength << 32);
            Unsafe.CopyBlockUnaligned(ref Unsafe.Add(ref at, Head), ref MemoryMarshal.GetReference(data), (uint)data.Length);
            if (direction == PacketDirection.Unknown)
            {
                Put(ref at, tail, (uint)total);
            }
            else
            {
                Put(ref at, tail, PcapngFormat.EpbFlags | 4UL << 16 | (ulong)direction << 32);
                Put(ref at, tail + 8, PcapngFormat.OptEndOfOpt | (ulong)(uint)total << 32);
            }
            _at = ref Unsafe.Add(ref at, total);
            _left -= total;
            return true;
        }

        /// <summary>Gives what was added to the writer.</summary>
        /// <exception cref="IOException">The stream's own; see the writer.</exception>
        public readonly void Close()
        {
            if (_error is not null)
            {
                throw _error;
            }
            _writer._used = _writer._limit - _left;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Put(ref byte at, int offset, ulong value) =>
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref at, offset), BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Put(ref byte at, int offset, uint value) =>
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref at, offset), BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value));

        [MethodImpl(MethodImplOptions.NoInlining)] // once in a thousand packets
        private bool MakeRoom(int length)
        {
            _writer._used = _writer._limit - _left;
            try
            {
                _writer.MakeRoom(length + PcapngFormat.BlockOverhead);
                Open();
                return true;
            }
            catch (IOException error)
            {
                _error = error;
                return false;
            }
        }

        private void Open()
        {
            _at = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_writer._buffer), _writer._first + _writer._used);
            _left = _writer._limit - _writer._used;
        }
    }
}
