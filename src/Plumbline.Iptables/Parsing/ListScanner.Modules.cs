namespace Plumbline.Iptables;

internal sealed partial class ListScanner
{
    /// <summary><c>8</c>, <c>8 code 0</c>, <c>!8</c>, <c>! 8</c>, <c>!type 8</c>, <c>echo-request</c>, <c>any</c>.</summary>
    private void TakeIcmp(int start, string module, string option)
    {
        var type = TakeWord();
        if (type.Text is "!" or "!type" or "type")
        {
            _isInverted |= type.Text[0] == '!';
            type = TakeWord();
        }
        if (type.Text.Length == 0)
        {
            return;
        }
        if (TakeIf("codes ") || TakeIf("code "))
        {
            var code = TakeWord();
            type = new($"{type.Text}/{code.Text.Replace('-', ':')}", type.Start, code.End);
        }
        else if (type.Text == "255" && module == "icmp")
        {
            type = type with { Text = "any" };
        }
        Add(module, option, start, type);
    }

    private void TakeFlags(int start)
    {
        var value = TakeWord();
        var isInverted = value.Text.StartsWith('!');
        var flags = value.Text.TrimStart('!');
        var slash = flags.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            AddUnknown(value with { Text = "flags:" + value.Text });
            return;
        }
        _isInverted |= isInverted;
        Add("tcp", "tcp-flags", start, value with { Text = flags[..slash] }, value with { Text = flags[(slash + 1)..] });
    }

    private Word TakeQuotedAfterNot()
    {
        if (TakeIf("!"))
        {
            _isInverted = true;
        }
        return TakeQuoted();
    }

    /// <summary><c>any INIT,DATA</c>, with <c>-n</c> by number: <c>all 0x0000</c>.</summary>
    private void TakeChunks(int start)
    {
        _at = start;
        var how = TakeWord();
        if (TakeIf("!"))
        {
            _isInverted = true;
        }
        var given = TakeWord();
        var types = given.Text.Split(',');
        for (var i = 0; i < types.Length; i++)
        {
            if (Numbers.TryParse(types[i], 255, out var number))
            {
                types[i] = ChunkNames.NameOf((int)number) ?? types[i];
            }
        }
        Add("sctp", "chunk-types", start, how, given with { Text = string.Join(',', types) });
    }

    private void TakeLogFlags(int start)
    {
        var flags = TakeWord();
        if (!Numbers.TryParse(flags.Text, byte.MaxValue, out var bits))
        {
            AddUnknown(flags);
            return;
        }
        ReadOnlySpan<string> names = ["log-tcp-sequence", "log-tcp-options", "log-ip-options", "log-uid", "", "log-macdecode"];
        for (var i = 0; i < names.Length; i++)
        {
            if ((bits >> i & 1) != 0 && names[i].Length > 0)
            {
                Add("-LOG", names[i], start, null);
            }
        }
    }

    /// <summary><c>#conn src/32 &lt;= 5</c>.</summary>
    private void TakeConnlimit(int start)
    {
        var side = TakeWord().Text;
        var comparison = TakeWord().Text;
        var count = TakeWord();
        var slash = side.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            AddUnknown(count with { Text = $"#conn {side} {comparison} {count.Text}" });
            return;
        }
        Add("connlimit", comparison == ">" ? "connlimit-above" : "connlimit-upto", start, count);
        Add("connlimit", "connlimit-mask", start, new(side[(slash + 1)..], start, start));
        Add("connlimit", side.StartsWith("dst", StringComparison.Ordinal) ? "connlimit-daddr" : "connlimit-saddr", start, null);
    }

    /// <summary><c>recent: CHECK seconds: 60 hit_count: 4 TTL-Match name: SSH side: source mask: 255.255.255.255</c>.</summary>
    private void TakeRecent(int start)
    {
        var action = TakeWord();
        if (action.Text == "!")
        {
            _isInverted = true;
            action = TakeWord();
        }
        Add("recent", action.Text switch
        {
            "SET" => "set",
            "UPDATE" => "update",
            "REMOVE" => "remove",
            _ => "rcheck",
        }, start, null);
        _isInverted = false;
        while (true)
        {
            if (TakeIf("seconds:"))
            {
                Add("recent", "seconds", start, TakeWord());
            }
            else if (TakeIf("hit_count:"))
            {
                Add("recent", "hitcount", start, TakeWord());
            }
            else if (TakeIf("TTL-Match"))
            {
                Add("recent", "rttl", start, null);
            }
            else if (TakeIf("reap"))
            {
                Add("recent", "reap", start, null);
            }
            else if (TakeIf("name:"))
            {
                Add("recent", "name", start, TakeWord());
            }
            else if (TakeIf("side:"))
            {
                Add("recent", TakeWord().Text == "dest" ? "rdest" : "rsource", start, null);
            }
            else if (TakeIf("mask:"))
            {
                Add("recent", "mask", start, TakeWord());
            }
            else
            {
                return;
            }
        }
    }
}
