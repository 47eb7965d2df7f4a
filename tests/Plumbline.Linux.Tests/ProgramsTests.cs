using Plumbline.Linux.Processes;

namespace Plumbline.Linux.Tests;

public sealed class ProgramsTests
{
    [Fact]
    public void A_program_is_found_in_path() => Assert.EndsWith("/sh", Programs.Find("sh"), StringComparison.Ordinal);

    [Fact]
    public void A_path_is_taken_as_it_is_or_not_at_all()
    {
        Assert.Equal("/bin/sh", Programs.Find("/bin/sh"));
        Assert.Null(Programs.Find("/etc/passwd")); // may not be executed
        Assert.Null(Programs.Find("/bin"));
    }

    [Fact]
    public void Sbin_is_searched_although_a_plain_users_path_leaves_it_out()
    {
        var inSbin = Directory.EnumerateFiles("/usr/sbin").First(file => Programs.Find(file) is not null);
        Assert.Equal(inSbin, Programs.Find(Path.GetFileName(inSbin), "/nonexistent"));
    }

    [Fact]
    public void A_missing_program_names_its_package()
    {
        var e = Assert.Throws<LinuxException>(() => Programs.Require("/nonexistent/conntrack"));
        Assert.Equal(
            "error: cannot run \"/nonexistent/conntrack\": it is not installed\n  fix:   apt install conntrack",
            e.Problem.ToString());
    }
}
