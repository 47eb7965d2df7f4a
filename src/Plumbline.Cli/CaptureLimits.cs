using System.CommandLine;
using System.Globalization;
using Plumbline.Operations.Capturing;

namespace Plumbline.Cli;

/// <summary>The options that say when a capture ends and when a file is full.</summary>
internal sealed class CaptureLimits
{
    private readonly Option<string?> _duration = new("--for") { Description = "End after this time: 30s, 2m, 1h", HelpName = "TIME" };
    private readonly Option<string?> _count = new("--count", "-c") { Description = "End after this many packets", HelpName = "N" };
    private readonly Option<string?> _bytes = new("--bytes")
    {
        Description = "End after packets of this many bytes on the wire: 500M, 2G",
        HelpName = "SIZE",
    };

    private readonly Option<string?> _when = new("--when")
    {
        Description = "End when a packet comes that matches: tcp-rst, icmp-unreachable, or a filter in tcpdump's syntax",
        HelpName = "BPF",
    };

    private readonly Option<string?> _stopAfter = new("--stop-after") { Description = "… and go on for this long behind it", HelpName = "TIME" };
    private readonly Option<string?> _fileSize = new("--file-size")
    {
        Description = "Begin the next file when this one has this many bytes: 100M (dumpcap -b filesize, tcpdump -C)",
        HelpName = "SIZE",
    };

    private readonly Option<string?> _fileTime = new("--file-time")
    {
        Description = "Begin the next file after this time: 10m (dumpcap -b duration, tcpdump -G)",
        HelpName = "TIME",
    };

    private readonly Option<string?> _ringFiles = new("--ring-files")
    {
        Description = "Keep this many files, the oldest go (dumpcap -b files, tcpdump -W)",
        HelpName = "N",
    };

    /// <summary>Adds them.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_duration, _count, _bytes, _when, _stopAfter, _fileSize, _fileTime, _ringFiles])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Reads them into <paramref name="options"/>.</summary>
    /// <exception cref="CliException">One of them makes no sense.</exception>
    public CaptureOptions Apply(ParseResult result, CaptureOptions options)
    {
        var files = Files(result);
        if (files is not null && options.Destination is not CaptureDestination.ToFile)
        {
            throw new CliException(new("several files need a name", "--file-size, --file-time", "name it: -w out.pcapng"));
        }
        return options with
        {
            Duration = Time(result.GetValue(_duration), "--for"),
            Count = result.GetValue(_count) is { } count ? Number(count, "--count", long.MaxValue) : null,
            Bytes = Size(result.GetValue(_bytes), "--bytes"),
            Trigger = Trigger(result),
            Files = files,
        };
    }

    /// <summary>A number of 1 or more.</summary>
    public static long Number(string text, string option, long greatest) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= greatest
            ? number
            : throw new CliException(new(
                $"\"{text}\" is not possible", option,
                greatest == long.MaxValue ? "give a number of 1 or more" : $"give a number from 1 to {greatest}"));

    private StopTrigger? Trigger(ParseResult result)
    {
        var after = Time(result.GetValue(_stopAfter), "--stop-after", mayBeNothing: true);
        if (result.GetValue(_when) is not { } when)
        {
            return after is null ? null : throw new CliException(new(
                "nothing says what the capture is to end after", "--stop-after", "add --when tcp-rst, icmp-unreachable or a filter; or use --for"));
        }
        return new(StopTrigger.FilterOf(when), after ?? TimeSpan.Zero);
    }

    private FileLimits? Files(ParseResult result)
    {
        var size = Size(result.GetValue(_fileSize), "--file-size");
        var time = Time(result.GetValue(_fileTime), "--file-time");
        var count = result.GetValue(_ringFiles) is { } files ? (int?)Number(files, "--ring-files", 100_000) : null;
        if (size is null && time is null)
        {
            return count is null ? null : throw new CliException(new(
                "nothing says when a file is full", "--ring-files", "add --file-size 100M or --file-time 10m"));
        }
        return new(size, time, count);
    }

    /// <summary>A number and ms, s, m or h; null where nothing was said.</summary>
    public static TimeSpan? Time(string? text, string option, bool mayBeNothing = false)
    {
        if (text is null)
        {
            return null;
        }
        var split = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        var (digits, unit) = split < 0 ? (text, "s") : (text[..split], text[split..]);
        if (long.TryParse(digits, out var number) && (number > 0 || mayBeNothing) && number < 1_000_000_000)
        {
            switch (unit)
            {
                case "ms":
                    return TimeSpan.FromMilliseconds(number);
                case "s":
                    return TimeSpan.FromSeconds(number);
                case "m":
                    return TimeSpan.FromMinutes(number);
                case "h":
                    return TimeSpan.FromHours(number);
            }
        }
        throw new CliException(new($"\"{text}\" is no time", option, $"a number and ms, s, m or h, e.g. {option} 30s"));
    }

    private static long? Size(string? text, string option)
    {
        if (text is null)
        {
            return null;
        }
        var split = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        var (digits, unit) = split < 0 ? (text, "") : (text[..split], text[split..]);
        var shift = unit.ToUpperInvariant() switch { "" or "B" => 0, "K" => 10, "M" => 20, "G" => 30, "T" => 40, _ => -1 };
        if (shift >= 0 && long.TryParse(digits, out var number) && number > 0 && number <= long.MaxValue >> shift)
        {
            return number << shift;
        }
        throw new CliException(new($"\"{text}\" is no size", option, $"a number of bytes, or one with K, M, G, e.g. {option} 100M"));
    }
}
