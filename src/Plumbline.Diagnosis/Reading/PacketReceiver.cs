using System.Net;
using Plumbline.Packets;
using Plumbline.Packets.Pcapng;

namespace Plumbline.Diagnosis.Reading;

/// <summary>Gets a packet of a listing, valid for the call.</summary>
/// <param name="number">Its number in the file, from 1.</param>
/// <param name="packet">The packet.</param>
/// <param name="headers">Its headers.</param>
/// <param name="names">Names known so far: the same object, which grows.</param>
public delegate void PacketReceiver(long number, in PacketView packet, in FrameHeaders headers, IReadOnlyDictionary<IPAddress, string> names);
