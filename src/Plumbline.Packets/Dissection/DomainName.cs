using System.Text;

namespace Plumbline.Packets.Dissection;

/// <summary>A domain name (RFC 1035 §4.1.4): labels of 1 + n bytes up to an empty one, or a pointer back into the message.</summary>
internal static class DomainName
{
    private const int MaxLength = 255;
    private const int MaxPointers = 32;

    /// <summary>Where the next label of a name stands, behind pointers; −1: it is the end, or damaged.</summary>
    /// <param name="message">From the DNS header on.</param>
    /// <param name="at">Behind the label before it.</param>
    public static int LabelAt(ReadOnlySpan<byte> message, int at)
    {
        for (var pointers = 0; at + 1 < message.Length && message[at] >= 0xC0; pointers++)
        {
            if (pointers == MaxPointers)
            {
                return -1;
            }
            at = (message[at] & 0x3F) << 8 | message[at + 1];
        }
        return at < message.Length && message[at] is > 0 and < 64 && at + 1 + message[at] < message.Length ? at : -1;
    }

    /// <summary>Null where it is damaged.</summary>
    /// <param name="message">From the DNS header on.</param>
    /// <param name="at">Where it starts.</param>
    /// <param name="end">Behind it.</param>
    public static string? Read(ReadOnlySpan<byte> message, int at, out int end)
    {
        end = -1;
        var name = new StringBuilder();
        for (var pointers = 0; at < message.Length && name.Length <= MaxLength;)
        {
            int length = message[at];
            if (length >= 0xC0)
            {
                if (at + 1 >= message.Length || ++pointers > MaxPointers)
                {
                    return null;
                }
                end = end < 0 ? at + 2 : end;
                at = (length & 0x3F) << 8 | message[at + 1];
                continue;
            }
            if (length > 63 || at + 1 + length > message.Length)
            {
                return null;
            }
            at++;
            if (length == 0)
            {
                end = end < 0 ? at : end;
                return name.Length == 0 ? "<Root>" : name.ToString();
            }
            name.Append(name.Length == 0 ? "" : ".").Append(Encoding.UTF8.GetString(message.Slice(at, length)));
            at += length;
        }
        return null;
    }
}
