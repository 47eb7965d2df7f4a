namespace Plumbline.Packets.Layers;

/// <summary>RFC 9293 §3.1, RFC 3168 for the upper two.</summary>
[Flags]
internal enum TcpFlags : byte
{
    Fin = 1,
    Syn = 2,
    Rst = 4,
    Psh = 8,
    Ack = 16,
    Urg = 32,
    Ece = 64,
    Cwr = 128,
}
