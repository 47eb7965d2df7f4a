using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Verdicts;

/// <summary>TCP flags as people write them.</summary>
public static class TcpFlagWords
{
    private static readonly (TcpFlags Flag, string Name)[] _names =
    [
        (TcpFlags.Syn, "SYN"), (TcpFlags.Ack, "ACK"), (TcpFlags.Fin, "FIN"), (TcpFlags.Rst, "RST"), (TcpFlags.Psh, "PSH"),
        (TcpFlags.Urg, "URG"), ((TcpFlags)64, "ECE"), ((TcpFlags)128, "CWR"),
    ];

    /// <summary><c>SYN+ACK</c>; <c>none</c>.</summary>
    public static string NameOf(TcpFlags flags)
    {
        var words = new List<string>();
        foreach (var (flag, name) in _names)
        {
            if ((flags & flag) != 0)
            {
                words.Add(name);
            }
        }
        return words.Count == 0 ? "none" : string.Join('+', words);
    }

    /// <summary>Reads <c>syn</c>, <c>SYN,ACK</c>, <c>syn+ack</c>, <c>S</c>, <c>none</c>, <c>all</c>.</summary>
    public static bool TryParse(string text, out TcpFlags flags)
    {
        flags = TcpFlags.None;
        if (text.Equals("none", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }
        if (text.Equals("all", StringComparison.OrdinalIgnoreCase))
        {
            flags = TcpFlags.All;
            return true;
        }
        foreach (var word in text.Split([',', '+', '|', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            var found = Array.FindIndex(_names, n => n.Name.Equals(word, StringComparison.OrdinalIgnoreCase)
                || word.Length == 1 && n.Name.StartsWith(word, StringComparison.OrdinalIgnoreCase));
            if (found < 0)
            {
                return false;
            }
            flags |= _names[found].Flag;
        }
        return flags != TcpFlags.None;
    }
}
