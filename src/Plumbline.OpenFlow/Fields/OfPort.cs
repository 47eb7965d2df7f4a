using System.Globalization;

namespace Plumbline.OpenFlow.Fields;

/// <summary>OpenFlow port numbers with a meaning of their own, in OpenFlow 1.0's 16 bits (ovs-ofctl(8)).</summary>
public static class OfPort
{
    /// <summary>The highest number of a port of its own.</summary>
    public const int Max = 0xff00;

    /// <summary>Nothing was put into the action set's output.</summary>
    public const int Unset = 0xfff7;

    /// <summary>Back to where it came in.</summary>
    public const int InPort = 0xfff8;

    /// <summary>Through table 0.</summary>
    public const int Table = 0xfff9;

    /// <summary>As a switch that learns addresses would.</summary>
    public const int Normal = 0xfffa;

    /// <summary>All ports but its own and those with no-flood.</summary>
    public const int Flood = 0xfffb;

    /// <summary>All ports but its own.</summary>
    public const int All = 0xfffc;

    /// <summary>To the controller.</summary>
    public const int Controller = 0xfffd;

    /// <summary>The bridge's own device.</summary>
    public const int Local = 0xfffe;

    /// <summary>No port.</summary>
    public const int None = 0xffff;

    private static readonly (string Name, int Number)[] _names =
    [
        ("UNSET", Unset), ("IN_PORT", InPort), ("TABLE", Table), ("NORMAL", Normal), ("FLOOD", Flood), ("ALL", All),
        ("CONTROLLER", Controller), ("LOCAL", Local), ("NONE", None), ("ANY", None),
    ];

    /// <summary>The number of a reserved name, in either case; null where it is none.</summary>
    public static int? NumberOf(ReadOnlySpan<char> text)
    {
        foreach (var (name, number) in _names)
        {
            if (text.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return number;
            }
        }
        return null;
    }

    /// <summary>A reserved name, or the number.</summary>
    public static string Write(int number)
    {
        foreach (var (name, reserved) in _names)
        {
            if (reserved == number)
            {
                return name;
            }
        }
        return number.ToString(CultureInfo.InvariantCulture);
    }
}
