namespace Plumbline.Neutron.SecurityGroups;

/// <summary>
/// A rule as <c>iptables-save</c> 1.8.9 prints what the agent restored. Only a few differ: a prefix of length 0 and the protocols
/// <c>ip</c> and <c>hopopt</c> vanish, host bits go, addresses are spelled as inet_ntop(3) does, ICMP type 255 is <c>any</c>.
/// </summary>
internal static class SavedForm
{
    public static string Of(string rule)
    {
        if (rule.StartsWith("-s ", StringComparison.Ordinal) || rule.StartsWith("-d ", StringComparison.Ordinal))
        {
            rule = WithPlainPrefix(rule);
        }
        var protocol = rule.IndexOf("-p ", StringComparison.Ordinal);
        if (protocol < 0 || (protocol > 0 && rule[protocol - 1] != ' '))
        {
            return rule;
        }
        foreach (var none in (ReadOnlySpan<string>)["-p ip ", "-p hopopt "])
        {
            if (rule.AsSpan(protocol).StartsWith(none))
            {
                return rule.Remove(protocol, none.Length);
            }
        }
        const string AnyType = "-m icmp --icmp-type 255";
        var any = rule.IndexOf(AnyType, StringComparison.Ordinal);
        if (any >= 0 && any + AnyType.Length is var end && end < rule.Length && rule[end] is ' ' or '/')
        {
            var next = rule.IndexOf(' ', end);
            return $"{rule[..any]}-m icmp --icmp-type any{(next < 0 ? "" : rule[next..])}";
        }
        return rule;
    }

    private static string WithPlainPrefix(string rule)
    {
        var end = rule.IndexOf(' ', 3);
        if (end < 0 || !AddressPrefix.TryParse(rule.AsSpan(3, end - 3), out var prefix))
        {
            return rule;
        }
        if (prefix.Length == 0)
        {
            return rule[(end + 1)..];
        }
        Span<char> text = stackalloc char[IPText.MaxLength + 4];
        var length = prefix.Network.Write(text);
        return rule.AsSpan(3, end - 3).SequenceEqual(text[..length]) ? rule : $"{rule.AsSpan(0, 3)}{text[..length]}{rule.AsSpan(end)}";
    }
}
