using Xunit.Sdk;

namespace Plumbline.Integration.Tests.Timing;

/// <summary>
/// Judges what is measured in microseconds on a machine that others use as well: a run may be disturbed, by what no books hold. What is wrong
/// with the program is wrong in every run.
/// </summary>
internal static class Disturbed
{
    private const int Runs = 3;

    /// <summary>True in one of three runs, each measured anew; else the last one's failure.</summary>
    public static void Judge(Action run)
    {
        for (var number = 1; number < Runs; number++)
        {
            try
            {
                run();
                return;
            }
            catch (XunitException)
            {
                // once more, from the beginning
            }
        }
        run();
    }
}
