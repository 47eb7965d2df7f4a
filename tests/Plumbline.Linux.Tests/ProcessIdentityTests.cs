using System.Text;

namespace Plumbline.Linux.Tests;

public sealed class ProcessIdentityTests
{
    // proc_pid_stat(5), made by hand: the 22nd field is 4711, the state is put in
    private const string Rest = " 1 1 1 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 4711 10000 100 18446744073709551615";

    [Theory]
    [InlineData("bash")]
    [InlineData("a b")]
    [InlineData(") R 1 (")]
    [InlineData("x) S 9 9 9")]
    public void A_name_with_blanks_and_parentheses_does_not_shift_the_fields(string name) =>
        Assert.Equal(4711, ProcessIdentity.ParseStartTicks(Encoding.UTF8.GetBytes($"7 ({name}) S{Rest}")));

    [Theory]
    [InlineData("Z")]
    [InlineData("X")]
    public void A_dead_process_is_none(string state) =>
        Assert.Null(ProcessIdentity.ParseStartTicks(Encoding.UTF8.GetBytes($"7 (x) {state}{Rest}")));

    [Theory]
    [InlineData("")]
    [InlineData("7 (x")]
    [InlineData("7 (x) S 1 2 3")]
    public void Text_that_is_no_stat_names_nobody(string text) =>
        Assert.Null(ProcessIdentity.ParseStartTicks(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void This_process_is_alive_and_survives_its_text_form()
    {
        var own = ProcessIdentity.Current;
        Assert.True(own.IsAlive);
        Assert.Equal(own, ProcessIdentity.TryParse(own.ToString()));
    }

    [Fact]
    public void Another_start_or_another_boot_is_another_process()
    {
        var own = ProcessIdentity.Current;
        Assert.False((own with { StartTicks = own.StartTicks - 1 }).IsAlive);
        Assert.False((own with { BootId = "another" }).IsAlive);
    }

    [Fact]
    public void Nobody_has_a_pid_above_the_limit() => Assert.Null(ProcessIdentity.Find(int.MaxValue));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1/2")]
    [InlineData("-1/2/x")]
    [InlineData("1/two/x")]
    public void Another_text_names_nobody(string? text) => Assert.Null(ProcessIdentity.TryParse(text));

    [Fact]
    public async Task A_process_that_ended_but_was_not_waited_for_is_dead()
    {
        // the shell never waits for its child, then becomes sleep: the child stays a zombie
        using var shell = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("sh", ["-c", "true & echo $!; exec sleep 60"]) { RedirectStandardOutput = true })!;
        try
        {
            var pid = int.Parse((await shell.StandardOutput.ReadLineAsync())!);
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            while (ProcessIdentity.Find(pid) is not null)
            {
                await Task.Delay(10, deadline.Token);
            }
        }
        finally
        {
            shell.Kill();
        }
    }
}
