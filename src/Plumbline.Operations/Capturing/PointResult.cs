using System.Globalization;

namespace Plumbline.Operations.Capturing;

/// <summary>
/// What one point gave. At the end the account closes: <c>Accepted = Written + LeftOut + Unwritten + Dropped</c>; while packets are on
/// their way through the ring, the left side is the greater one.
/// </summary>
/// <param name="Name">The point's name.</param>
/// <param name="Written">Packets written.</param>
/// <param name="Accepted">Packets that passed the kernel's filter, the dropped ones included.</param>
/// <param name="Dropped">Of these, dropped because the ring was full.</param>
public sealed record PointResult(string Name, long Written, ulong Accepted, ulong Dropped)
{
    /// <summary>Packets that the kernel let through and nobody asked for: in a tunnel, before all points were open, beyond --count.</summary>
    public long LeftOut { get; init; }

    /// <summary>Packets that could not be written: the disk was full, the reader gone.</summary>
    public long Unwritten { get; init; }

    /// <summary>Copies that reached the monitor device, by its own counter; null for a device.</summary>
    public ulong? MonitorReceived { get; init; }

    /// <summary>Copies that the monitor device dropped or refused, by its counters.</summary>
    public ulong MonitorLost { get; init; }

    /// <summary>Copies that OVS counted when it last did (it counts every 5 s); null for a device, and before it counted.</summary>
    public ulong? MirrorSent { get; init; }

    /// <summary>Packets of the ring that nobody accounts for; 0 at the end.</summary>
    public long Missing => (long)Accepted - (long)Dropped - Written - LeftOut - Unwritten;

    /// <summary>From OVS to the file, each step's count.</summary>
    public string Account()
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Accepted} passed the filter = {Written} written + {Dropped} dropped in the ring");
        text += LeftOut > 0 ? string.Create(CultureInfo.InvariantCulture, $" + {LeftOut} left out") : "";
        text += Unwritten > 0 ? string.Create(CultureInfo.InvariantCulture, $" + {Unwritten} not written") : "";
        text += Missing != 0 ? string.Create(CultureInfo.InvariantCulture, $" + {Missing} on the way") : "";
        if (MonitorReceived is { } received)
        {
            text += string.Create(CultureInfo.InvariantCulture, $"; the monitor device got {received} copies and lost {MonitorLost}");
            text += MirrorSent switch
            {
                null => "; OVS had counted none yet (it counts every 5 s)",
                { } sent when sent == received + MonitorLost => string.Create(CultureInfo.InvariantCulture, $"; OVS counted {sent}"),
                { } sent when sent < received + MonitorLost =>
                    string.Create(CultureInfo.InvariantCulture, $"; OVS had counted {sent} (it counts every 5 s)"),
                { } sent => string.Create(
                    CultureInfo.InvariantCulture, $"; OVS counted {sent}: {sent - received - MonitorLost} never reached the monitor device"),
            };
        }
        return text;
    }
}
