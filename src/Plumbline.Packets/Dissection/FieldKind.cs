namespace Plumbline.Packets.Dissection;

/// <summary>How a field's value is told.</summary>
public enum FieldKind : byte
{
    /// <summary>A decimal number.</summary>
    Number,

    /// <summary>A hexadecimal number of 2 or 4 digits or more.</summary>
    Hex,

    /// <summary>An Ethernet address.</summary>
    Mac,

    /// <summary>An IPv4 address.</summary>
    IPv4,

    /// <summary>An IPv6 address: the frame's bytes at the offset; where they are fewer than 16, zeros follow.</summary>
    IPv6,

    /// <summary>Text: bytes of the frame, to be escaped before a terminal sees it.</summary>
    Text,

    /// <summary>Bytes of the frame, told as hexadecimal digits.</summary>
    Bytes,

    /// <summary>A number of 256ths, told with a point: STP's seconds.</summary>
    Fixed8,

    /// <summary>A domain name: labels from the offset on, pointers count from the message's start.</summary>
    Name,
}
