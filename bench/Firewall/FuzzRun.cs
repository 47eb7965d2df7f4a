using System.Diagnostics;
using System.Globalization;
using Plumbline.Iptables;

namespace Plumbline.Bench.Firewall;

/// <summary>Mutated rulesets: the parser must answer each, soon, and with little memory; what it made must be printable.</summary>
internal static class FuzzRun
{
    private const int LongestPiece = 600;
    // far more than any input takes, even where other programs have the processor
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(15);

    /// <summary>Runs <paramref name="count"/> inputs made of the files below <paramref name="folder"/>, on all cores; false where one failed.</summary>
    public static bool Run(string folder, long count, int seed)
    {
        var pieces = Mutator.Pieces(folder, LongestPiece);
        var threads = Environment.ProcessorCount;
        var done = 0L;
        var slowest = 0L;
        string? failure = null;
        var start = Stopwatch.GetTimestamp();
        var workers = new Thread[threads];
        var inputs = new string?[threads];
        var begins = new long[threads];
        for (var t = 0; t < threads; t++)
        {
            var mutator = new Mutator(pieces, seed * 1000 + t);
            var me = t;
            workers[t] = new Thread(() =>
            {
                while (Volatile.Read(ref failure) is null && Interlocked.Increment(ref done) <= count)
                {
                    if (Volatile.Read(ref done) % 500_000 == 0)
                    {
                        Console.WriteLine($"{Volatile.Read(ref done)} after {(int)Stopwatch.GetElapsedTime(start).TotalSeconds} s");
                    }
                    var input = mutator.Next();
                    var begun = Stopwatch.GetTimestamp();
                    inputs[me] = input;
                    Volatile.Write(ref begins[me], begun);
                    try
                    {
                        Check(input, mutator.Choice);
                    }
                    catch (Exception exception) when (exception is not OutOfMemoryException)
                    {
                        Volatile.Write(ref failure, $"{exception}\n--- input ---\n{input}\n---");
                    }
                    var ticks = Stopwatch.GetTimestamp() - begun;
                    if (ticks > Volatile.Read(ref slowest))
                    {
                        Volatile.Write(ref slowest, ticks);
                        if (Stopwatch.GetElapsedTime(begun) > _soon)
                        {
                            Volatile.Write(ref failure, $"took {Stopwatch.GetElapsedTime(begun)}\n--- input ---\n{input}\n---");
                        }
                    }
                }
            }, 1 << 20);
            workers[t].IsBackground = true;
            workers[t].Start();
        }
        for (var t = 0; t < threads; t++)
        {
            while (!workers[t].Join(TimeSpan.FromSeconds(1)))
            {
                if (Stopwatch.GetElapsedTime(Volatile.Read(ref begins[t])) > _soon)
                {
                    Console.WriteLine($"HANGS after {Volatile.Read(ref done)} inputs:\n--- input ---\n{inputs[t]}\n---");
                    return false;
                }
            }
        }
        using var process = Process.GetCurrentProcess();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        var longest = (slowest * 1000.0 / Stopwatch.Frequency).ToString("0.0", CultureInfo.InvariantCulture);
        var verdict = failure is null ? "no crash, no hang" : "FAILED";
        Console.WriteLine(
            $"{Math.Min(done, count)} inputs of {pieces.Count} pieces in {seconds} s, slowest {longest} ms, "
            + $"peak memory {process.PeakWorkingSet64 >> 20} MiB: {verdict}");
        if (failure is not null)
        {
            Console.WriteLine(failure);
        }
        return failure is null && process.PeakWorkingSet64 < 512L << 20;
    }

    private static void Check(string input, int choice)
    {
        var reading = (choice % 4) switch
        {
            0 => RulesetParser.ParseList(input),
            1 => RulesetParser.Recognise(input),
            2 => RulesetParser.ParseCommands(input),
            _ => RulesetParser.ParseSave(input),
        };
        foreach (var ruleset in reading.Rulesets)
        {
            var text = RulesetRenderer.Save(ruleset, true);
            if (choice % 16 == 3)
            {
                // what was printed is read again as it stands
                var again = RulesetParser.ParseSave(text, ruleset.Family);
                var printed = string.Concat(again.Rulesets.Select(r => RulesetRenderer.Save(r, true)));
                if (reading.Errors.Count == 0 && again.Errors.Count == 0 && printed != text)
                {
                    throw new InvalidOperationException($"printed twice:\n{text}\n{printed}");
                }
            }
        }
        foreach (var error in reading.Errors)
        {
            if (error.Line < 1 || error.Column < 1)
            {
                throw new InvalidOperationException(error.ToString());
            }
        }
    }
}
