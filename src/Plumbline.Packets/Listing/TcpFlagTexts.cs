using System.Text;
using Plumbline.Packets.Layers;

namespace Plumbline.Packets.Listing;

/// <summary>SYN, ACK … as tcpdump's readers know them, the handshake's first; each combination is made once.</summary>
internal static class TcpFlagTexts
{
    private static readonly byte[]?[] _made = new byte[256][];

    public static byte[] Of(TcpFlags flags) => _made[(byte)flags] ??= Encoding.ASCII.GetBytes(Text(flags));

    public static string Text(TcpFlags flags)
    {
        ReadOnlySpan<(TcpFlags Flag, string Name)> all =
        [
            (TcpFlags.Syn, "SYN"), (TcpFlags.Fin, "FIN"), (TcpFlags.Rst, "RST"), (TcpFlags.Psh, "PSH"),
            (TcpFlags.Ack, "ACK"), (TcpFlags.Urg, "URG"), (TcpFlags.Ece, "ECE"), (TcpFlags.Cwr, "CWR"),
        ];
        var set = new List<string>();
        foreach (var (flag, name) in all)
        {
            if ((flags & flag) != 0)
            {
                set.Add(name);
            }
        }
        return set.Count == 0 ? "none" : string.Join(", ", set);
    }
}
