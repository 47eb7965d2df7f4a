namespace Plumbline.Linux.Tests;

public sealed class MountFolderTests
{
    // as in /proc/self/mountinfo of a Debian host, shortened
    private static readonly string[] _mounts =
    [
        "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw",
        "30 27 0:25 / /run rw - tmpfs tmpfs rw",
        "42 27 254:0 /tmp/lab /tmp/lab rw,relatime shared:1 - ext4 /dev/vda rw",
        "43 30 0:25 /lab /run/lab rw shared:2 - tmpfs tmpfs rw",
        "44 27 0:31 / /tmp/own rw - tmpfs tmpfs rw",
        "45 27 254:0 /srv/elsewhere /tmp/bound rw - ext4 /dev/vda rw",
        @"46 27 254:0 /tmp/two\040words /tmp/two\040words rw shared:3 - ext4 /dev/vda rw",
    ];

    [Theory]
    [InlineData("/tmp/lab", true)]
    [InlineData("/run/lab", true)]
    [InlineData("/tmp/two words", true)]
    [InlineData("/tmp/own", false)] // a file system of its own
    [InlineData("/tmp/bound", false)] // another folder, bound here
    [InlineData("/tmp/none", false)] // no mount at all
    [InlineData("/", false)]
    public void Only_a_folder_bound_over_itself_is_ours_to_unmount(string folder, bool expected) =>
        Assert.Equal(expected, MountFolder.IsBoundOverItself(folder, _mounts));
}
