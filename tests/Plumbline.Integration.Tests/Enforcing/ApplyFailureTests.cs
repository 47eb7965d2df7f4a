namespace Plumbline.Integration.Tests.Enforcing;

/// <summary>plumb apply where the machine does not let it: the old state stays whole, and the error says what is in the way.</summary>
public sealed class ApplyFailureTests
{
    [SkippableFact]
    public void Sets_that_are_refused_leave_everything_as_it_was()
    {
        using var node = new ApplyNode("nft");
        Assert.Equal(0, node.Run("apply", node.Write("in tcp 22")).Status);
        var before = node.Save();
        node.Replace("ipset", $"""
            if [ "$1" = restore ] && ! [ -e {node.State}/failed ]; then cat >/dev/null; touch {node.State}/failed; echo 'Kernel error: out of memory' >&2; exit 1; fi
            exec /usr/sbin/ipset "$@"
            """);
        var (status, _, error) = node.Run("apply", node.Write("in tcp 443", Second));
        Assert.Equal(2, status);
        Assert.Contains("Kernel error: out of memory; all is as it was before", error, StringComparison.Ordinal);
        Assert.Equal(before, node.Save());
        Assert.Empty(Directory.EnumerateDirectories(node.State));
    }

    [SkippableFact]
    public void A_lock_that_another_iptables_holds_is_waited_for_and_then_named()
    {
        using var node = new ApplyNode("legacy");
        Assert.Equal(0, node.Run("apply", node.Write("in tcp 22")).Status);
        var before = node.Save();
        // FileShare.None is flock(2), as iptables does it
        using (new FileStream(node.XtablesLock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            var (status, _, error) = node.Run("apply", node.Write("in tcp 443"));
            Assert.NotEqual(0, status);
            Assert.Contains($"{node.XtablesLock}", error, StringComparison.Ordinal);
            Assert.Contains("all is as it was before", error, StringComparison.Ordinal);
        }
        Assert.Equal(before, node.Save());
        Assert.Equal(0, node.Run("apply", node.Write("in tcp 443")).Status);
        Assert.Contains("--dport 443", node.Save(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Where_nothing_can_be_kept_for_undoing_nothing_is_changed()
    {
        using var node = new ApplyNode("nft");
        var before = node.Save();
        File.WriteAllText(node.State, "a file where the folder should be");
        var (status, _, error) = node.Run("apply", node.Write("in tcp 22"));
        Assert.Equal(2, status);
        Assert.StartsWith("error: cannot keep what is needed to undo: ", error, StringComparison.Ordinal);
        Assert.Equal(before, node.Save());
    }

    private const string Second = "  - {id: 1be2a9d0-77c3-4f02-8e11-5c6d7e8f9a0b, mac: 'fa:16:3e:00:00:02', ip: 10.0.0.12, groups: web}";
}
