using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Linux;

public sealed class NetworkNamespaceTests
{
    [SkippableFact]
    public void A_new_namespace_has_nothing_but_lo_which_is_up()
    {
        using var test = TestNamespace.Create();
        using var netlink = RouteNetlink.Open(test.Namespace);

        var lo = Assert.Single(netlink.ListLinks());

        Assert.Equal("lo", lo.Name);
        Assert.True(lo.Flags.HasFlag(LinkFlags.Up));
        Assert.Empty(lo.Unknown);
    }

    [SkippableFact]
    public void What_runs_inside_sees_the_namespace_and_the_caller_stays_where_it_was()
    {
        using var test = TestNamespace.Create();
        using var before = NetworkNamespace.OpenCurrent();

        var inside = test.Namespace.Run(() =>
        {
            using var current = NetworkNamespace.OpenCurrent();
            return current.Inode;
        });

        using var after = NetworkNamespace.OpenCurrent();
        Assert.Equal(test.Namespace.Inode, inside);
        Assert.NotEqual(before.Inode, inside);
        Assert.Equal(before.Inode, after.Inode);
    }

    [SkippableFact]
    public void An_exception_from_inside_comes_through_as_thrown()
    {
        using var test = TestNamespace.Create();
        var thrown = Assert.Throws<FormatException>(() => test.Namespace.Run<int>(ThrowFormatException));
        Assert.Contains(nameof(ThrowFormatException), thrown.StackTrace, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Inside_already_means_the_same_thread()
    {
        using var test = TestNamespace.Create();
        test.Namespace.Run(() =>
        {
            var thread = Environment.CurrentManagedThreadId;
            test.Namespace.Run(() => Assert.Equal(thread, Environment.CurrentManagedThreadId));
        });
    }

    [SkippableFact]
    public void A_namespace_is_found_by_name_and_strangers_beside_it_are_reported()
    {
        using var test = TestNamespace.Create();
        var folder = Path.GetDirectoryName(test.Path)!;
        var stranger = Path.Join(folder, "zz-leftover");
        File.WriteAllText(stranger, "");

        var listed = NetworkNamespace.ListNamed(folder);
        File.Delete(stranger);

        Assert.Equal(new NamedNamespace(test.Name, test.Path, test.Namespace.Inode), Assert.Single(listed.Namespaces));
        Assert.Contains("not a network namespace", Assert.Single(listed.Skipped).Problem.What, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_deleted_namespace_leaves_neither_file_nor_mount_and_its_folder_can_go()
    {
        Root.SkipUnlessRoot();
        var folder = Directory.CreateTempSubdirectory($"plt-{Environment.ProcessId}-delete-").FullName;
        var path = Path.Join(folder, "ns");
        NetworkNamespace.Create(path).Dispose();
        Assert.Contains(File.ReadLines("/proc/self/mountinfo"), line => line.Contains(path, StringComparison.Ordinal));

        NetworkNamespace.Delete(path);

        Assert.DoesNotContain(File.ReadLines("/proc/self/mountinfo"), line => line.Contains(folder, StringComparison.Ordinal));
        Directory.Delete(folder);
    }

    [SkippableFact]
    public void A_name_that_is_taken_is_refused_and_left_alone()
    {
        using var test = TestNamespace.Create();
        var refused = Assert.Throws<LinuxException>(() => NetworkNamespace.Create(test.Path));
        Assert.Equal(17, refused.Errno);
        Assert.Contains("File exists", refused.Problem.What, StringComparison.Ordinal);
        using var still = NetworkNamespace.Open(test.Path);
        Assert.Equal(test.Namespace.Inode, still.Inode);
    }

    [SkippableFact]
    public void Stock_ip_sees_a_namespace_in_run_netns()
    {
        Root.SkipUnlessInstalled("ip");
        using var test = TestNamespace.Create("ip", inRunNetns: true);
        Assert.Contains("\"lo\"", test.Run("ip", "-n", test.Name, "-j", "link"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_namespace_of_a_process_is_opened_by_its_proc_file()
    {
        using var current = NetworkNamespace.OpenCurrent();
        using var own = NetworkNamespace.Open($"/proc/{Environment.ProcessId}/ns/net");
        Assert.Equal(current.Inode, own.Inode);
        Assert.Null(current.Path);
    }

    [Theory]
    [InlineData("/proc/self/ns/mnt", "\"/proc/self/ns/mnt\" is not a network namespace: it is a namespace of another type")]
    [InlineData("/etc/passwd", "\"/etc/passwd\" is not a network namespace: it is an ordinary file, nothing is mounted there")]
    [InlineData("/run/netns/plt-none", "cannot open the network namespace \"/run/netns/plt-none\": No such file or directory")]
    public void What_is_no_network_namespace_is_refused_in_words(string path, string complaint) =>
        Assert.Equal(complaint, Assert.Throws<LinuxException>(() => NetworkNamespace.Open(path)).Problem.What);

    [SkippableFact]
    public void A_folder_of_namespaces_that_does_not_exist_holds_none() =>
        Assert.Empty(NetworkNamespace.ListNamed("/nonexistent/netns").Namespaces);

    [SkippableFact]
    public void A_folder_behind_a_symbolic_link_can_go_too()
    {
        Root.SkipUnlessRoot();
        var folder = Directory.CreateTempSubdirectory($"plt-{Environment.ProcessId}-real-").FullName;
        var link = folder + "-link";
        Directory.CreateSymbolicLink(link, folder);
        var path = Path.Join(link, "ns");
        NetworkNamespace.Create(path).Dispose();
        NetworkNamespace.Delete(path);
        Directory.Delete(link);
        Directory.Delete(folder);
    }

    [SkippableFact]
    public void A_strangers_file_is_not_deleted_as_a_namespace()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "precious");
        Assert.Throws<LinuxException>(() => NetworkNamespace.Delete(file));
        Assert.Equal("precious", File.ReadAllText(file));
        File.Delete(file);
    }

    private static int ThrowFormatException() => throw new FormatException("from inside");
}
