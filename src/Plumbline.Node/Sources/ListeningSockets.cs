using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using Plumbline.Linux;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources;

/// <summary>Sockets of a namespace that wait for others: proc(5), /proc/net/tcp, udp, tcp6 and udp6. Whose they are is not told there.</summary>
internal static class ListeningSockets
{
    private const int Listening = 0x0a;     // TCP_LISTEN
    private const int Unconnected = 0x07;   // TCP_CLOSE, as UDP has it until it is connected

    private static readonly (string File, string Protocol, int State)[] _files =
    [
        ("tcp", "tcp", Listening), ("tcp6", "tcp", Listening), ("udp", "udp", Unconnected), ("udp6", "udp", Unconnected),
    ];

    /// <summary>Null where the kernel does not show them.</summary>
    public static IReadOnlyList<SocketFacts>? Read(NetworkNamespace inside)
    {
        // /proc/net is the process's; the thread that is inside has its own
        var texts = inside.Run(static () =>
        {
            var read = new string?[_files.Length];
            for (var i = 0; i < read.Length; i++)
            {
                read[i] = ReadFile($"/proc/thread-self/net/{_files[i].File}");
            }
            return read;
        });
        if (texts[0] is null || texts[2] is null)
        {
            return null;
        }
        var sockets = new List<SocketFacts>();
        for (var i = 0; i < texts.Length; i++)
        {
            Parse(texts[i] ?? "", _files[i].Protocol, _files[i].State, sockets);
        }
        return sockets;
    }

    private static string? ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;    // no IPv6, or no /proc
        }
    }

    /// <summary><c>sl local_address rem_address st …</c>; an address is words of four octets in the machine's order, then a port.</summary>
    internal static void Parse(string text, string protocol, int state, List<SocketFacts> sockets)
    {
        Span<Range> words = stackalloc Range[5];
        Span<byte> room = stackalloc byte[16];
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.Split(words, ' ', StringSplitOptions.RemoveEmptyEntries) < 5
                || !int.TryParse(line[words[3]], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var found) || found != state)
            {
                continue;
            }
            var local = line[words[1]];
            var colon = local.IndexOf(':');
            if (colon is 8 or 32 && ushort.TryParse(local[(colon + 1)..], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var port))
            {
                var octets = room[..(colon / 2)];
                for (var i = 0; i < colon; i += 8)
                {
                    BinaryPrimitives.WriteUInt32LittleEndian(octets[(i / 2)..], uint.Parse(local.Slice(i, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                }
                var address = new IPAddress(octets);
                sockets.Add(new(protocol, string.Create(CultureInfo.InvariantCulture, $"{(colon == 32 ? $"[{address}]" : address.ToString())}:{port}"), null, null));
            }
        }
    }
}
