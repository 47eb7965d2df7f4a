using System.Diagnostics;
using System.Globalization;
using Plumbline.Iptables;

namespace Plumbline.Bench.Firewall;

/// <summary>Times the parser on one text, on one thread.</summary>
internal static class ParseRun
{
    /// <summary>
    /// Prints the first run and the medians of <paramref name="runs"/>, on the clock and of processor time, in microseconds, and MB/s of
    /// the file's bytes per second of processor.
    /// </summary>
    public static void Run(string file, int runs)
    {
        var text = File.ReadAllText(file);
        var times = new double[runs];
        var processor = new double[runs];
        var first = 0.0;
        var rules = 0;
        for (var i = -1; i < runs; i++)
        {
            var used = Environment.CpuUsage.TotalTime;
            var start = Stopwatch.GetTimestamp();
            var reading = RulesetParser.ParseSave(text);
            var time = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            if (reading.Errors.Count > 0)
            {
                throw new InvalidOperationException(reading.Errors[0].ToString());
            }
            var spent = (Environment.CpuUsage.TotalTime - used).TotalMicroseconds;
            rules = reading.Rulesets[0].Tables.Sum(t => t.Chains.Sum(c => c.Rules.Count));
            if (i < 0)
            {
                first = time;
            }
            else
            {
                times[i] = time;
                processor[i] = spent;
            }
        }
        Array.Sort(times);
        Array.Sort(processor);
        var median = times[runs / 2];
        var busy = processor[runs / 2];
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        RulesetParser.ParseSave(text);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var bytes = new FileInfo(file).Length;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"rules {rules} bytes {bytes} first {first:0} median {median:0} cpu {busy:0} rate {bytes / busy:0.0} allocated {allocated}"));
    }
}
