using System.Globalization;
using System.Text;

namespace Plumbline.Packets.Pcapng;

/// <summary>
/// The place on a packet's way that an interface of a capture file stands for, as <c>plumb capture</c> writes it into the interface
/// block's comment: one <c>key: value</c> a line behind a first line that names it, so that Wireshark shows it readably and
/// <c>plumb latency --from</c> need not guess from names.
/// <code>
/// plumb-hop: 3
/// kind: qvo
/// device: qvobee51cf7-fb
/// bridge: br-int
/// vm: test-vm
/// port: bee51cf7-fb12-4c5e-9a77-0123456789ab
/// mac: fa:16:3e:00:00:10
/// ip: 172.16.0.10
/// side: from
/// </code>
/// Keys that a reader does not know are left out; keys without a value are not written.
/// </summary>
public sealed record HopNote
{
    private const string Title = "plumb-hop";

    /// <summary>Its place in the file's list of hops, from 1; with <c>--path</c> in the order in which a packet from FROM meets them.</summary>
    public required int Number { get; init; }

    /// <summary>What it is, in the words of <c>--at</c>: tap, qbr, qvb, qvo, br-int, br-tun, tunnel, nic, router, bridge, device.</summary>
    public required string Kind { get; init; }

    /// <summary>The device that was read, or the port whose mirror was; several are parted by a comma.</summary>
    public string? Device { get; init; }

    /// <summary>The network namespace's name; null for the node's own.</summary>
    public string? Namespace { get; init; }

    /// <summary>The OVS bridge of a mirror.</summary>
    public string? Bridge { get; init; }

    /// <summary>The instance's name.</summary>
    public string? Instance { get; init; }

    /// <summary>The Neutron port's UUID.</summary>
    public string? Port { get; init; }

    /// <summary>The port's MAC address.</summary>
    public string? Mac { get; init; }

    /// <summary>The port's IP addresses.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>With <c>--path</c>: <c>from</c>, <c>to</c>, or <c>between</c> for what both ends share; else null.</summary>
    public string? Side { get; init; }

    /// <summary>The packets are copies of an OVS mirror: nobody knows which way they went.</summary>
    public bool IsMirror { get; init; }

    /// <summary>
    /// Which clock stamped the packets: the beginning of the kernel's boot_id. Hops with equal ones can be compared to the nanosecond,
    /// whatever file they came from; null where the file does not tell.
    /// </summary>
    public string? Clock { get; init; }

    /// <summary>The comment.</summary>
    public string ToComment()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Title}: {Number}");
        Add("kind", Kind);
        Add("device", Device);
        Add("namespace", Namespace);
        Add("bridge", Bridge);
        Add("vm", Instance);
        Add("port", Port);
        Add("mac", Mac);
        Add("ip", Addresses.Count == 0 ? null : string.Join(' ', Addresses));
        Add("side", Side);
        Add("copies", IsMirror ? "mirror" : null);
        Add("clock", Clock);
        return text.ToString();

        void Add(string key, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                text.Append('\n').Append(key).Append(": ").Append(value.ReplaceLineEndings(" "));
            }
        }
    }

    /// <summary>Reads a comment; null where it is none of ours.</summary>
    public static HopNote? TryParse(string? comment)
    {
        if (comment is null || !comment.StartsWith(Title + ": ", StringComparison.Ordinal))
        {
            return null;
        }
        HopNote? note = null;
        foreach (var line in comment.Split('\n'))
        {
            var colon = line.IndexOf(": ", StringComparison.Ordinal);
            if (colon < 0)
            {
                continue;
            }
            var value = line[(colon + 2)..].TrimEnd('\r');
            if (note is null)
            {
                if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                {
                    return null;
                }
                note = new() { Number = number, Kind = "device" };
                continue;
            }
            note = line[..colon] switch
            {
                "kind" => note with { Kind = value },
                "device" => note with { Device = value },
                "namespace" => note with { Namespace = value },
                "bridge" => note with { Bridge = value },
                "vm" => note with { Instance = value },
                "port" => note with { Port = value },
                "mac" => note with { Mac = value },
                "ip" => note with { Addresses = value.Split(' ', StringSplitOptions.RemoveEmptyEntries) },
                "side" => note with { Side = value },
                "copies" => note with { IsMirror = value == "mirror" },
                "clock" => note with { Clock = value },
                _ => note,
            };
        }
        return note;
    }
}
