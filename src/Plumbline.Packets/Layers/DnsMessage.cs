using System.Buffers.Binary;
using System.Text;

namespace Plumbline.Packets.Layers;

/// <summary>
/// RFC 1035 §4.1: 2 id, 2 flags (QR 0x8000, RCODE 0x000F), 2 questions, 2 answers, 2 authorities, 2 additional; then
/// the questions: name, 2 type, 2 class. Only the first question is read.
/// </summary>
internal readonly record struct DnsMessage(
    int Id, bool IsAnswer, int ResponseCode, int AnswerCount, string? Name, int QuestionType)
{
    private const int HeaderLength = 12;
    private const int MaxName = 255;

    /// <summary>TC: the answer did not fit, and is to be asked for by TCP.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>False where the header is short; a question that cannot be read is null.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, out DnsMessage message)
    {
        message = default;
        if (data.Length < HeaderLength)
        {
            return false;
        }
        var flags = BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
        var name = BinaryPrimitives.ReadUInt16BigEndian(data[4..]) > 0 ? ReadName(data, out var end) : Nothing(out end);
        message = new(
            BinaryPrimitives.ReadUInt16BigEndian(data),
            (flags & 0x8000) != 0,
            flags & 0xF,
            BinaryPrimitives.ReadUInt16BigEndian(data[6..]),
            name,
            name is not null && data.Length >= end + 2 ? BinaryPrimitives.ReadUInt16BigEndian(data[end..]) : 0)
        {
            IsTruncated = (flags & 0x0200) != 0,
        };
        return true;
    }

    private static string? Nothing(out int end)
    {
        end = 0;
        return null;
    }

    /// <summary>
    /// Labels of 1 + n bytes up to an empty one. The first name of a message has nothing before it to point to.
    /// </summary>
    private static string? ReadName(ReadOnlySpan<byte> data, out int end)
    {
        var name = new StringBuilder();
        for (end = HeaderLength; end < data.Length && name.Length <= MaxName;)
        {
            var length = data[end++];
            if (length == 0)
            {
                return name.Length == 0 ? "." : name.ToString();
            }
            if (length > 63 || end + length > data.Length)
            {
                return null;
            }
            name.Append(name.Length == 0 ? "" : ".").Append(Encoding.UTF8.GetString(data.Slice(end, length)));
            end += length;
        }
        return null;
    }
}
