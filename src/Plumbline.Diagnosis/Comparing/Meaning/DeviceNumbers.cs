using System.Collections.Concurrent;

namespace Plumbline.Diagnosis.Comparing.Meaning;

/// <summary>A number for each device name, so that two names exclude each other as two values of a field do.</summary>
internal static class DeviceNumbers
{
    private static readonly ConcurrentDictionary<string, int> _numbers = new(StringComparer.Ordinal);

    /// <summary>The number of a name, the same for the life of the process.</summary>
    public static UInt128 Of(string name) => (UInt128)_numbers.GetOrAdd(name, static _ => Interlocked.Increment(ref _last));

    private static int _last;
}
