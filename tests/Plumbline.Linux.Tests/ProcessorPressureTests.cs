using Plumbline.Linux.Processes;

namespace Plumbline.Linux.Tests;

public sealed class ProcessorPressureTests
{
    [Theory]
    [InlineData("some avg10=4.40 avg60=3.00 avg300=1.10 total=1234567\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n", 1_234_567)]
    [InlineData("some avg10=0.00 avg60=0.00 avg300=0.00 total=0", 0)]
    [InlineData("full avg10=0.00 avg60=0.00 avg300=0.00 total=7\n", null)]
    [InlineData("some avg10=0.00 total=\n", null)]
    [InlineData("", null)]
    public void Time_that_work_waited_is_the_total_of_the_first_line(string text, int? microseconds) =>
        Assert.Equal(microseconds, (int?)ProcessorPressure.Parse(text)?.TotalMicroseconds);
}
