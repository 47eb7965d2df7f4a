using Plumbline.Primitives;
using Plumbline.Testing;

namespace Plumbline.Cli.Tests;

/// <summary>
/// Each listing of the two articles by itself, cut out of the page and pasted as somebody would: what the article says about it stands
/// in the answer, and what it does not show is said to be unknown.
/// </summary>
public sealed class ArticleListingTests
{
    private const string Russian = "seeds/000_5c6bec16d42878ab.txt";
    private const string Chinese = "seeds/004_80fcc15f90f8bbdf.txt";

    /// <summary>Command, page, where the listing starts and ends, which of several such starts, what is and what is not in the answer.</summary>
    public static TheoryData<string, string, string, string, int, string[], string[]> Listings => new()
    {
        {
            "topology", Russian, "ovs-vsctl show", "Для нагл", 0,
            ["VLAN 1", "qvobee51cf7-fb", "patch-tun ══ patch-int ── br-tun", "gre-c0a87ad2  gre  → 192.168.122.210  from 192.168.122.215, key by flow"],
            ["br-int-tcpdump", "trouble, marked"]
        },
        {
            // the listing ends in "...", where br-tun would follow
            "topology", Russian, "ovs-vsctl show", "Именно", 1,
            ["br-int-tcpdump", "cut off with \"...\"", "patch-tun"], ["does not exist", "DOWN"]
        },
        {
            "topology", Chinese, "21:qbr", "查看bridge", 0,
            ["tap14c032e9-bc ── qbr14c032e9-bc ── qvb14c032e9-bc ══ qvo14c032e9-bc", "no OVS bridges, no VLAN tags"], ["DOWN"]
        },
        {
            "topology", Chinese, "$ brctl", "分析Sec", 0, ["tap14c032e9-bc ── qbr14c032e9-bc ── qvb14c032e9-bc"], ["qvo", "DOWN"]
        },
        {
            "explain", Chinese, "# iptables--list -v", "--physdev-out tapc0a350e0-43是", 0,
            ["on its way to the instance, in spite of the comment", "chain neutron-openvswi-ic0a350e0-4 is not in the text"], ["IPv6"]
        },
        {
            "explain", Chinese, "Chainneutron-openvswi-ic0", "· num:1", 0,
            ["nothing new comes in, only replies", "from the server 192.168.1.2", "INVALID", "Drops what no rule allowed"], ["Lets in ICMP"]
        },
        {
            "explain", Chinese, "Chainneutron-openvswi-oc0", "· num1", 0,
            ["192.168.1.12 / fa:16:3e:c3:ea:d5", "must not play DHCP server", "nothing new goes out, only replies"], ["Lets out everything."]
        },
        {
            "explain", Chinese, "Chainneutron-openvswi-oc0", "· num6 为", 1,
            ["Lets out everything.", "Never reached: rule 6 above takes everything.", "as which sender is not known"], ["nothing new goes out"]
        },
        {
            "explain", Chinese, "Chainneutron-openvswi-ic0", "· num3 为", 1,
            ["From outside only ICMP and replies come in", "Lets in ICMP."], ["nothing new comes in"]
        },
    };

    [SkippableTheory]
    [MemberData(nameof(Listings))]
    public async Task Listing_alone_tells_what_the_article_says_of_it(
        string command, string page, string start, string end, int number, string[] told, string[] untold)
    {
        var run = await RunAsync(command, page, start, end, number);
        Assert.Equal(ExitStatus.Fine, run.Status);
        Assert.All(told, words => Assert.Contains(words, run.Output, StringComparison.Ordinal));
        Assert.All(untold, words => Assert.DoesNotContain(words, run.Output, StringComparison.Ordinal));
    }

    /// <summary>What the article types and what it gets besides: no facts of a node, which is said, and nothing is made of it.</summary>
    [SkippableTheory]
    [InlineData("$ nova boot", "Далее")]
    [InlineData("$ ping 172", "Попробуем с")]
    [InlineData("[root@compute-opt ~]# tcpdump -npi patch-tun", "Это связ")]
    [InlineData("[root@compute-opt ~]# ip link add", "Затем")]
    [InlineData("[root@compute-opt ~]# ovs-vsctl add-port", "Проверяем")]
    [InlineData("[root@compute-opt ~]# ovs-vsctl -- set", "Наконец")]
    [InlineData("[root@compute-opt ~]# tcpdump -npi br-int-tcpdump", "Копируем")]
    [InlineData("andrey@elx:~$ scp", "И наконец")]
    public async Task What_shows_nothing_of_the_node_is_refused_in_words(string start, string end)
    {
        var run = await RunAsync("topology", Russian, start, end, 0);
        Assert.Equal((ExitStatus.BadInput, ""), (run.Status, run.Output));
        Assert.StartsWith("error: nothing in ", run.Error, StringComparison.Ordinal);
    }

    private static async Task<CommandLine> RunAsync(string command, string page, string start, string end, int number)
    {
        var text = await File.ReadAllTextAsync(SharedFiles.Require(page));
        var from = -1;
        for (var i = 0; i <= number; i++)
        {
            from = text.IndexOf(start, from + 1, StringComparison.Ordinal);
        }
        var to = text.IndexOf(end, from + start.Length, StringComparison.Ordinal);
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, text[from..to]);
            return await CommandLine.RunAsync(command, "--from", file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
