using System.Net;
using System.Text;

namespace Plumbline.Node.Tests.Sources;

/// <summary>What becomes of a command and its output on the way into a ticket.</summary>
internal static class Disguises
{
    /// <summary>As an operator's terminal shows it.</summary>
    public static string Plain(RecordedOutput output) => $"[root@cmp1 ~]# {output.Command}\n{output.Text}";

    public static IReadOnlyDictionary<string, Func<RecordedOutput, string>> All { get; } = new Dictionary<string, Func<RecordedOutput, string>>
    {
        ["a dollar"] = o => $"$ {o.Command}\n{o.Text}",
        ["a hash"] = o => $"# {o.Command}\n{o.Text}",
        ["sudo"] = o => $"stack@cmp1:~/devstack$ sudo {o.Command}\n{o.Text}\nstack@cmp1:~/devstack$ \n",
        ["sudo -E and a path"] = o => $"heat-admin@cmp1:~$ sudo -E /usr/sbin/{o.Command}\n{o.Text}",
        ["a virtual environment"] = o => $"(overcloud) [stack@cmp1 ~]$ {o.Command}\n{o.Text}",
        ["a container"] = o => $"[root@cmp1 ~]# podman exec -u root ovs_container {o.Command}\n{o.Text}",
        ["inside a container"] = o => $"()[root@cmp1 /]# {o.Command}\n{o.Text}",
        ["ssh"] = o => $"[root@director ~]# ssh -q heat-admin@cmp1 sudo {o.Command}\n{o.Text}",
        ["a bare shell"] = o => $"sh-4.4# {o.Command}\n{o.Text}",
        ["the command alone"] = o => $"Look at this:\n\n{o.Command}\n{o.Text}",
        ["other commands around"] = o => $"[root@cmp1 ~]# uptime\n 14:02:11 up 3 days\n{Plain(o)}[root@cmp1 ~]# date\nSun Nov 22 14:02:12 UTC 2026\n",
        ["CRLF"] = o => Plain(o).Replace("\n", "\r\n", StringComparison.Ordinal),
        ["indented"] = o => Each(Plain(o), line => "    " + line),
        ["indented by a tab"] = o => Each(Plain(o), line => "\t" + line),
        ["indented, with prose"] = o => "Then I did this:\n\n" + Each(Plain(o), line => line.Length == 0 ? "" : "    " + line) + "\nand it did not help.\n",
        ["a Markdown fence"] = o => $"Hello,\n\nthis is what I see:\n```console\n{Plain(o)}```\nWhat is wrong?\n",
        ["a Markdown fence in a list"] = o => $"1. Then:\n   ```\n{Each(Plain(o), line => "   " + line)}   ```\n2. what now?\n",
        ["HTML"] = o => $"<p>This is what I see:</p>\n<pre><code>{WebUtility.HtmlEncode(Plain(o))}</code></pre>\n<p>What is wrong?</p>\n",
        ["HTML with line breaks"] = o => $"<div>{WebUtility.HtmlEncode(Plain(o)).Replace("\n", "<br />\n", StringComparison.Ordinal)}</div>",
        ["a mail's quote"] = o => Each(Plain(o), line => "> " + line),
        ["a mail's quote, answered"] = o => "Hello,\n\n" + Each(Plain(o), line => "> " + line) + "\nthat looks wrong.\n",
        ["quoted twice"] = o => Each(Plain(o), line => ">> " + line),
        ["non-breaking blanks"] = o => Plain(o).Replace(' ', '\u00a0'),
        ["tabs expanded"] = o => Each(Plain(o), Expand),
        ["blank lines at the end"] = o => Plain(o).TrimEnd('\n') + "   \n\n\n",
        ["no line end"] = o => Plain(o).TrimEnd('\n'),
        ["colours"] = o => "\u001b]0;root@cmp1:~\u0007" + Each(Plain(o), line => line.Length == 0 ? line : $"\u001b[01;31m\u001b[K{line[..1]}\u001b[m\u001b[K{line[1..]}"),
    };

    /// <summary>Broken where a terminal of that width breaks.</summary>
    public static string Wrapped(RecordedOutput output, int width)
    {
        var wrapped = new StringBuilder();
        foreach (var line in Plain(output).TrimEnd('\n').Split('\n'))
        {
            for (var rest = line; ; rest = rest[width..])
            {
                wrapped.Append(rest.AsSpan(0, Math.Min(width, rest.Length))).Append('\n');
                if (rest.Length <= width)
                {
                    break;
                }
            }
        }
        return wrapped.ToString();
    }

    private static string Each(string text, Func<string, string> change) =>
        string.Join('\n', text.TrimEnd('\n').Split('\n').Select(change)) + "\n";

    private static string Expand(string line)
    {
        var expanded = new StringBuilder();
        foreach (var letter in line)
        {
            if (letter == '\t')
            {
                expanded.Append(' ', 8 - expanded.Length % 8);
            }
            else
            {
                expanded.Append(letter);
            }
        }
        return expanded.ToString();
    }
}
