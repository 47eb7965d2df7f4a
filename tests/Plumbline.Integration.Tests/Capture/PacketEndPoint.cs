using System.Net;
using System.Net.Sockets;

namespace Plumbline.Integration.Tests.Capture;

/// <summary>struct sockaddr_ll for sending: only the device's number counts.</summary>
internal sealed class PacketEndPoint(int ifIndex) : EndPoint
{
    public override AddressFamily AddressFamily => AddressFamily.Packet;

    public override SocketAddress Serialize()
    {
        var address = new SocketAddress(AddressFamily.Packet, 20);
        for (var i = 0; i < 4; i++)
        {
            address[4 + i] = (byte)(ifIndex >> 8 * i);
        }
        return address;
    }
}
