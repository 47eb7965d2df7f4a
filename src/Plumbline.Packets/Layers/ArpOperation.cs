namespace Plumbline.Packets.Layers;

/// <summary>RFC 826, RFC 903.</summary>
internal enum ArpOperation : ushort
{
    Request = 1,
    Reply = 2,
    ReverseRequest = 3,
    ReverseReply = 4,
}
