using System.Text;

namespace Plumbline.Linux.Tests.Netlink;

public sealed class RouteNetlinkTests
{
    private const ushort Error = 2, Done = 3, NewLink = 16;
    private const ushort Multi = 0x2, Interrupted = 0x10, Capped = 0x100, WithAttributes = 0x200;

    // made by hand: ifinfomsg with ifi_index 1 or 2, IFLA_IFNAME "lo" or "x"
    private const string Lo = "00000403" + "01000000" + "00000000" + "00000000" + "07000300" + "6c6f0000";
    private const string X = "00000100" + "02000000" + "00000000" + "00000000" + "06000300" + "78000000";

    [Fact]
    public void A_dump_comes_in_several_messages_and_datagrams_and_is_ordered_by_ifindex()
    {
        using var kernel = new FakeKernel();
        kernel.Answers(FakeKernel.Message(NewLink, Multi, 1, X), FakeKernel.Message(NewLink, Multi, 1, Lo));
        kernel.Answers(FakeKernel.Message(Done, Multi, 1, "00000000"));
        Assert.Equal(["lo", "x"], kernel.Netlink.ListLinks().Select(link => link.Name));
    }

    [Fact]
    public void A_dump_that_changed_under_us_is_asked_for_again()
    {
        using var kernel = new FakeKernel();
        kernel.Answers(FakeKernel.Message(NewLink, Multi, 1, Lo), FakeKernel.Message(NewLink, Multi | Interrupted, 1, Lo));
        kernel.Answers(FakeKernel.Message(Done, Multi, 1, "00000000"));
        kernel.Answers(FakeKernel.Message(NewLink, Multi, 2, Lo));
        kernel.Answers(FakeKernel.Message(Done, Multi, 2, "00000000"));
        Assert.Equal("lo", Assert.Single(kernel.Netlink.ListLinks()).Name);
    }

    [Fact]
    public void A_dump_whose_end_alone_says_that_it_changed_is_asked_for_again()
    {
        using var kernel = new FakeKernel();
        kernel.Answers(FakeKernel.Message(NewLink, Multi, 1, Lo), FakeKernel.Message(Done, Multi | Interrupted, 1, "00000000"));
        kernel.Answers(FakeKernel.Message(Done, Multi, 2, "00000000"));
        Assert.Empty(kernel.Netlink.ListLinks());
    }

    [Fact]
    public void A_dump_that_never_settles_is_given_up_by_name()
    {
        using var kernel = new FakeKernel();
        for (uint sequence = 1; sequence <= 16; sequence++)
        {
            kernel.Answers(FakeKernel.Message(Done, Multi | Interrupted, sequence, "00000000"));
        }
        var e = Assert.Throws<LinuxException>(kernel.Netlink.ListLinks);
        Assert.Equal("cannot list links: they changed during each of 16 attempts", e.Problem.What);
    }

    [Fact]
    public void An_answer_to_an_older_question_is_passed_over()
    {
        using var kernel = new FakeKernel();
        kernel.Answers(FakeKernel.Message(NewLink, Multi, 77, X));
        kernel.Answers(FakeKernel.Message(Done, Multi, 77, "00000000"));
        kernel.Answers(FakeKernel.Message(NewLink, Multi, 1, Lo), FakeKernel.Message(Done, Multi, 1, "00000000"));
        Assert.Equal("lo", Assert.Single(kernel.Netlink.ListLinks()).Name);
    }

    [Fact]
    public async Task An_answer_longer_than_the_buffer_is_asked_for_again_with_a_larger_one()
    {
        using var kernel = new FakeKernel();
        // IFLA_IFALIAS of 60,000 bytes twice over: 120,000 bytes in one datagram
        var alias = Lo + "64ea1400" + Convert.ToHexString(Encoding.ASCII.GetBytes(new string('a', 60_000)));
        byte[][] Datagram(uint sequence) =>
        [
            FakeKernel.Message(NewLink, Multi, sequence, alias),
            FakeKernel.Message(NewLink, Multi, sequence, alias),
            FakeKernel.Message(Done, Multi, sequence, "00000000"),
        ];
        kernel.Answers(Datagram(1));
        var answer = Task.Run(kernel.Netlink.ListLinks);
        kernel.WaitForRequest(2);
        kernel.Answers(Datagram(2));
        Assert.All(await answer, link => Assert.Equal(60_000, link.Alias!.Length));
    }

    [Fact]
    public void A_refusal_carries_errno_and_the_kernels_own_words()
    {
        using var kernel = new FakeKernel();
        // struct nlmsgerr, capped: -EEXIST, nlmsghdr; NLMSGERR_ATTR_MSG "Device is busy already."
        var words = Convert.ToHexString(Encoding.ASCII.GetBytes("Device is busy already.\0"));
        kernel.Answers(FakeKernel.Message(
            Error, Capped | WithAttributes, 1, "efffffff" + new string('0', 32) + "1c000100" + words));
        var e = Assert.Throws<LinuxException>(() => kernel.Netlink.CreateLink(new() { Name = "x", Kind = "bridge" }));
        Assert.Equal(17, e.Errno);
        Assert.Equal("cannot create bridge \"x\": File exists (Device is busy already)", e.Problem.What);
        Assert.Equal("network namespace test", e.Problem.Where);
        Assert.Equal("choose another name, or delete that device if nobody uses it", e.Problem.Fix);
    }

    [Fact]
    public void A_refusal_that_repeats_the_request_is_read_behind_it()
    {
        using var kernel = new FakeKernel();
        // not capped: the request of 32 bytes comes back whole
        var request = "20000000" + "11000500" + "01000000" + "00000000" + new string('0', 32);
        kernel.Answers(FakeKernel.Message(Error, WithAttributes, 1, "ffffffff" + request + "08000100" + "6e6f2100"));
        var e = Assert.Throws<LinuxException>(() => kernel.Netlink.DeleteLink(9));
        Assert.Equal("cannot delete link 9: Operation not permitted (no!)", e.Problem.What);
        Assert.Equal("run as root (sudo)", e.Problem.Fix);
    }

    [Fact]
    public void A_dump_may_end_in_a_refusal()
    {
        using var kernel = new FakeKernel();
        kernel.Answers(FakeKernel.Message(NewLink, Multi, 1, Lo), FakeKernel.Message(Done, Multi, 1, "f4ffffff"));
        Assert.Equal(12, Assert.Throws<LinuxException>(kernel.Netlink.ListLinks).Errno);
    }

    [Fact]
    public void Gone_already_is_no_error()
    {
        using var kernel = new FakeKernel();
        kernel.Answers(FakeKernel.Message(Error, Capped, 1, "edffffff" + new string('0', 32)));
        Assert.False(kernel.Netlink.DeleteLink(9));
    }

    [Fact]
    public void A_malformed_answer_is_a_problem_and_no_crash()
    {
        using var kernel = new FakeKernel();
        kernel.Answers(FakeKernel.Message(NewLink, Multi, 1, Lo[..^16] + "40000300" + "6c6f0000"));
        var e = Assert.Throws<LinuxException>(kernel.Netlink.ListLinks);
        Assert.StartsWith("cannot list links: the kernel's answer is malformed", e.Problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_that_does_not_answer_is_not_waited_for_forever()
    {
        using var kernel = new FakeKernel();
        Assert.Contains("did not answer", Assert.Throws<LinuxException>(kernel.Netlink.ListLinks).Problem.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sixteen-letters-")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("..")]
    [InlineData("äöüäöüäö")] // eight letters, sixteen bytes
    public void A_name_that_the_kernel_would_refuse_is_refused_in_words(string name)
    {
        using var kernel = new FakeKernel();
        var e = Assert.Throws<LinuxException>(() => kernel.Netlink.CreateLink(new() { Name = name, Kind = "bridge" }));
        Assert.Equal($"\"{name}\" cannot name a network device", e.Problem.What);
    }

    [Fact]
    public void Only_veth_has_a_peer()
    {
        using var kernel = new FakeKernel();
        Assert.Throws<ArgumentException>(() => kernel.Netlink.CreateLink(
            new() { Name = "x", Kind = "bridge", Peer = new() { Name = "y", Kind = "veth" } }));
    }
}
