using Plumbline.Primitives;

namespace Plumbline.Iptables.Frames;

/// <summary>One condition of a rule.</summary>
public sealed record FrameMatch
{
    /// <summary>Of what.</summary>
    public required FrameField Field { get; init; }

    /// <summary>As the rule has it.</summary>
    public required string Text { get; init; }

    /// <summary>It must not be so.</summary>
    public bool IsInverted { get; init; }

    /// <summary>Least number, of what the mask leaves.</summary>
    public Number128 Low { get; init; }

    /// <summary>Greatest number.</summary>
    public Number128 High { get; init; }

    /// <summary>Bits that count.</summary>
    public Number128 Mask { get; init; } = Number128.MaxValue;

    /// <summary>A device's name, with '+' at its end for any that begin so.</summary>
    public string? Name { get; init; }

    /// <summary>Of nft's sets: one of these must hold, instead of this condition's own numbers.</summary>
    public IReadOnlyList<FrameMatch>? Any { get; init; }

    /// <summary>Whether a frame is so; null where it is not understood.</summary>
    public bool? Holds(FrameFacts frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (Field == FrameField.Unknown)
        {
            return null;
        }
        if (Any is not null)
        {
            return HoldsAny(frame);
        }
        if (Field == FrameField.ConnectionState)
        {
            return frame.ConnectionState is { } state ? ((state & (uint)Low) != 0) != IsInverted : null;
        }
        if (Name is not null)
        {
            return IsName(frame.NameOf(Field)) != IsInverted;
        }
        if (frame.NumberOf(Field) is not { } number)
        {
            return false;   // it has no such field: ebtables' protocol modules then do not match, inverted or not
        }
        number &= Mask;
        return (number >= Low && number <= High) != IsInverted;
    }

    private bool? HoldsAny(FrameFacts frame)
    {
        var isNumber = Any!.Count > 0 && Any[0].Name is null && Field is not (FrameField.ConnectionState or FrameField.Unknown);
        if (isNumber && frame.NumberOf(Field) is null)
        {
            return false;
        }
        bool? holds = false;
        foreach (var one in Any)
        {
            holds = (holds, one.Holds(frame)) switch
            {
                (true, _) or (_, true) => true,
                (null, _) or (_, null) => null,
                _ => false,
            };
        }
        return holds is { } known ? known != IsInverted : null;
    }

    private bool IsName(string? device) => device is not null
        && (Name!.EndsWith('+') ? device.StartsWith(Name[..^1], StringComparison.Ordinal) : device == Name);
}
