using System.Diagnostics;
using System.Globalization;

namespace Plumbline.Integration.Tests.Firewall;

/// <summary>How long and with which seeds.</summary>
internal static class KernelRun
{
    /// <summary>Thousands, as one ruleset deserves.</summary>
    public const int PacketsPerRuleset = 2000;

    /// <summary>The same rulesets and packets everywhere, however fast the machine is; more where somebody asks for time.</summary>
    private const int Rulesets = 2;

    private static readonly double _seconds = Read("PLUMB_FIREWALL_SECONDS", 0);
    private static readonly int _seed = (int)Read("PLUMB_FIREWALL_SEED", 1);

    /// <summary>Look at the counters after each packet: slow, but the first difference is found where it arises.</summary>
    public static bool IsCareful { get; private set; }

    /// <summary>Runs one seed after another: the usual ones, then more until the time is up.</summary>
    public static async Task RepeatAsync(Func<int, Task<int>> run, int rulesets = Rulesets)
    {
        var clock = Stopwatch.StartNew();
        var packets = 0;
        var seed = _seed;
        do
        {
            try
            {
                packets += await run(seed);
            }
            catch (Xunit.Sdk.FailException) when (!IsCareful)
            {
                // once more, looking at all counters after each packet: it then names the packet
                IsCareful = true;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"differs with PLUMB_FIREWALL_SEED={seed}"));
                await run(seed);
                throw;
            }
            finally
            {
                IsCareful = false;
            }
            seed++;
        }
        while (seed - _seed < rulesets || clock.Elapsed.TotalSeconds < _seconds);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{seed - _seed} rulesets, {packets} packets in {clock.Elapsed.TotalSeconds:0.0} s"));
    }

    private static double Read(string variable, double otherwise) =>
        double.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : otherwise;
}
