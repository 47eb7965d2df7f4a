namespace Plumbline.Packets.Layers;

/// <summary>RFC 4302 §2: 1 next protocol, 1 length in words less 2, 2 reserved, 4 index, 4 sequence number, check value.</summary>
internal static class AuthenticationHeader
{
    private const int MinLength = 12;

    /// <summary>More of them, one behind the other, nobody sends.</summary>
    private const int Most = 4;

    /// <summary>How many bytes the headers take that stand at the start; 0 where there are none, or they are not whole.</summary>
    /// <param name="data">What the IP header announces.</param>
    /// <param name="protocol">As announced; gets what stands behind.</param>
    public static int Skip(ReadOnlySpan<byte> data, ref IpProtocol protocol)
    {
        var skipped = 0;
        for (var i = 0; i < Most && protocol == IpProtocol.Authentication && data.Length >= skipped + MinLength; i++)
        {
            var length = 4 * (data[skipped + 1] + 2);
            if (length < MinLength || skipped + length > data.Length)
            {
                break;
            }
            protocol = (IpProtocol)data[skipped];
            skipped += length;
        }
        return skipped;
    }
}
