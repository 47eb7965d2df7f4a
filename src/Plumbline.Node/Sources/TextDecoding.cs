using System.Text;

namespace Plumbline.Node.Sources;

/// <summary>Bytes of a text file to letters: UTF-8, or, as Windows' editors and PowerShell's <c>&gt;</c> write it, UTF-16 with its mark in front.</summary>
internal static class TextDecoding
{
    /// <summary>UTF-16's mark stands in front, of either byte order.</summary>
    public static bool IsWide(ReadOnlySpan<byte> bytes) => bytes.StartsWith((ReadOnlySpan<byte>)[0xff, 0xfe]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xfe, 0xff]);

    /// <summary>The text; bytes that are no letters become U+FFFD.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes) => !IsWide(bytes) ? Encoding.UTF8.GetString(bytes)
        : (bytes[0] == 0xff ? Encoding.Unicode : Encoding.BigEndianUnicode).GetString(bytes[2..]);
}
