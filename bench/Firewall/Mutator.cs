using System.Text;

namespace Plumbline.Bench.Firewall;

/// <summary>Makes inputs of pieces of real ones: cut, doubled, swapped, with odd characters put in.</summary>
internal sealed class Mutator(IReadOnlyList<string> pieces, int seed)
{
    private static readonly string[] _words =
    [
        " ", "\n", "\t", "\"", "'", "\\", "!", " ! ", "-", "--", "-A ", "-j ", "-m ", "/*", "*/", "*filter\n", "COMMIT\n", ":X - [0:0]\n", "[1:2] ", "[", "]",
        "Chain ", "Chain X (1 references)\n", "Chain INPUT (policy ACCEPT 0 packets, 0 bytes)\n", " pkts bytes target prot opt in out source destination\n",
        ",", ":", "/", "0x", "-1", "4294967296", "99999999999999999999", "\0", "\u00a0", "\u201c", "\u2013", "\u4e2d", "\ud800", "\r\n", "<span>", "</span>", "&gt;",
        "--dport ", "--sport :", "-p tcp ", "-s 1.2.3.4,5.6.7.8 ", "-m comment --comment ", "-m set --match-set x src,dst ", "iptables -t nat ", "-D X 1\n",
    ];

    private readonly Random _random = new(seed);

    /// <summary>A number that goes with the last input.</summary>
    public int Choice { get; private set; }

    /// <summary>Texts of at most <paramref name="longest"/> characters, cut at lines.</summary>
    public static IReadOnlyList<string> Pieces(string folder, int longest)
    {
        var pieces = new List<string>();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var text = File.ReadAllText(file);
            for (var at = 0; at < text.Length && pieces.Count < 20_000;)
            {
                var length = Math.Min(longest, text.Length - at);
                if (at + length < text.Length && text.LastIndexOf('\n', at + length - 1, length) is var cut and > 0 && cut > at)
                {
                    length = cut - at + 1;
                }
                pieces.Add(text.Substring(at, length));
                at += length;
            }
        }
        return pieces;
    }

    /// <summary>The next input.</summary>
    public string Next()
    {
        Choice = _random.Next(1 << 20);
        var text = new StringBuilder();
        if (_random.Next(3) == 0)
        {
            text.Append(_random.Next(2) == 0 ? "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n" : "Chain X (1 references)\n");
        }
        text.Append(pieces[_random.Next(pieces.Count)]);
        for (var mutations = _random.Next(1, 8); mutations > 0; mutations--)
        {
            Mutate(text);
        }
        return text.ToString();
    }

    private void Mutate(StringBuilder text)
    {
        var at = _random.Next(text.Length + 1);
        var length = Math.Min(text.Length - at, _random.Next(1, 24));
        switch (_random.Next(7))
        {
            case 0:
                text.Remove(at, length);
                break;
            case 1:
                text.Insert(at, text.ToString(at, length));
                break;
            case 2:
                text.Insert(at, _words[_random.Next(_words.Length)]);
                break;
            case 3 when at < text.Length:
                text[at] = (char)_random.Next(1, 128);
                break;
            case 4 when at < text.Length:
                text[at] ^= (char)(1 << _random.Next(7));
                break;
            case 5:
                var other = pieces[_random.Next(pieces.Count)];
                var from = _random.Next(other.Length);
                text.Insert(at, other.AsSpan(from, Math.Min(other.Length - from, _random.Next(1, 80))));
                break;
            default:
                text.Replace(" ", "", at, length);
                break;
        }
        if (text.Length > 2000)
        {
            text.Length = 2000;
        }
    }
}
