namespace Plumbline.Primitives.Tests;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("test-vm", "test-vm")]
    [InlineData("узел-1 节点", "узел-1 节点")]
    [InlineData("a\u001b[31mred", "a\\x1b[31mred")]
    [InlineData("two\nlines", "two\\x0alines")]
    [InlineData("right\u202eleft", "right\\u202eleft")]
    [InlineData("pair\ud83d\ude00", "pair\ud83d\ude00")]
    public void What_could_move_the_cursor_or_hide_text_is_spelled_out(string text, string shown) =>
        Assert.Equal(shown, Printable.Escape(text));

    [Fact]
    public void Half_a_surrogate_pair_is_spelled_out() =>
        Assert.Equal("lone\\ud800", Printable.Escape("lone\ud800")); // no attribute could carry it

    [Fact]
    public void A_problem_is_three_lines_and_leaves_out_what_is_not_known()
    {
        Assert.Equal(
            "error: cannot open \"x\"\n  where: --from x\n  fix:   give another",
            new Problem("cannot open \"x\"", "--from x", "give another").ToString());
        Assert.Equal("error: cannot", new Problem("cannot").ToString());
    }
}
