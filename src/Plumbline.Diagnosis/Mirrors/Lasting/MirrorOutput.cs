using System.Net;

namespace Plumbline.Diagnosis.Mirrors.Lasting;

/// <summary>Where a lasting mirror's copies go. A closed set.</summary>
public abstract record MirrorOutput
{
    private MirrorOutput()
    {
    }

    /// <summary>The name of the OVS port that is the mirror's output.</summary>
    public abstract string PortName { get; }

    /// <summary>A device that plumb makes, for a reader on this node.</summary>
    /// <param name="Device">Its name, 15 characters at most.</param>
    /// <param name="Kind"><c>dummy</c>, <c>veth</c> or <c>internal</c>; null: the first of them that the kernel has.</param>
    public sealed record OwnDevice(string Device, string? Kind) : MirrorOutput
    {
        /// <inheritdoc/>
        public override string PortName => Device;
    }

    /// <summary>
    /// A port that stands already (an analyser's tap), or a device that is to become a port. It serves the mirror and nothing else from then on.
    /// </summary>
    /// <param name="Port">Its name.</param>
    public sealed record Existing(string Port) : MirrorOutput
    {
        /// <inheritdoc/>
        public override string PortName => Port;
    }

    /// <summary>A tunnel to a second switch's analyser.</summary>
    public sealed record Tunnel : MirrorOutput
    {
        /// <summary>The OVS port's name.</summary>
        public required string Port { get; init; }

        /// <summary>The analyser.</summary>
        public required IPAddress Remote { get; init; }

        /// <summary>The outer source address; null: as the node's routes say.</summary>
        public IPAddress? Local { get; init; }

        /// <summary>GRE's key (0–4294967295), or ERSPAN's session (1–1023); null: GRE without a key.</summary>
        public uint? Key { get; init; }

        /// <summary>1: ERSPAN type II, 2: ERSPAN type III; null: plain GRE with whole Ethernet frames.</summary>
        public int? ErspanVersion { get; init; }

        /// <summary>ERSPAN II's index, 20 bits.</summary>
        public int? ErspanIndex { get; init; }

        /// <summary>ERSPAN III's direction bit: 0 in, 1 out.</summary>
        public int? ErspanDirection { get; init; }

        /// <summary>ERSPAN III's hardware id, 6 bits.</summary>
        public int? ErspanHardwareId { get; init; }

        /// <summary>OVS's name of the type.</summary>
        public string Type => ErspanVersion is null ? "gre" : "erspan";

        /// <inheritdoc/>
        public override string PortName => Port;

        /// <summary>
        /// Bytes of the outer packet beside the frame: IPv4 20 or IPv6 40; GRE 4, with a key 8, with ERSPAN's sequence number 8; ERSPAN II 8,
        /// III 12.
        /// </summary>
        public int Overhead => (Remote.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? 40 : 20)
            + ErspanVersion switch { 1 => 8 + 8, 2 => 8 + 12, _ => Key is null ? 4 : 8 };
    }
}
