namespace Plumbline.Neutron.SecurityGroups;

/// <summary>Walks over lines of <c>iptables-save</c>, with or without counters: <c>[1:60] -A CHAIN rule</c>.</summary>
internal ref struct SavedRules(ReadOnlySpan<byte> lines)
{
    private ReadOnlySpan<byte> _rest = lines;

    /// <summary>What stands behind <c>-A CHAIN </c>; empty where nothing does.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    public readonly SavedRules GetEnumerator() => this;

    /// <summary>To the next rule.</summary>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }
        var end = _rest.IndexOf((byte)'\n');
        Current = RuleOf(end < 0 ? _rest : _rest[..end], out _);
        _rest = end < 0 ? [] : _rest[(end + 1)..];
        return true;
    }

    /// <summary>The rule of a line and its chain; an empty chain where the line is no rule.</summary>
    public static ReadOnlySpan<byte> RuleOf(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> chain)
    {
        chain = [];
        line = line.Trim(" \t\r\n"u8);
        if (line.StartsWith("["u8) && line.IndexOf("] "u8) is var close and > 0)
        {
            line = line[(close + 2)..];
        }
        if (!line.StartsWith("-A "u8))
        {
            return [];
        }
        line = line[3..];
        var end = line.IndexOf((byte)' ');
        chain = end < 0 ? line : line[..end];
        return end < 0 ? [] : line[(end + 1)..];
    }
}
