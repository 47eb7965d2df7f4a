using System.Globalization;
using System.Text;
using Plumbline.Linux;

namespace Plumbline.Node;

/// <summary>
/// How everything that plumb makes says whose it is, so that anyone can find and remove it: in <c>external_ids</c> of the Mirror, Port
/// and Interface rows, and in the alias (IFLA_IFALIAS) of links. A mark is text from the wire: it may be forged or cut, so it proves
/// nothing but that a row wants to be ours; only what carries one is ever touched. It says "made for a capture, to be removed with it": what
/// is meant to stay (a plugged port, a lab's devices) must not carry it, or <c>plumb mirror gc</c> would take it for a leftover.
/// </summary>
public sealed record OwnershipMark
{
    /// <summary>external_ids key of <see cref="Owner"/>.</summary>
    public const string OwnerKey = "plumb-owner";

    /// <summary>external_ids key of <see cref="Guard"/>.</summary>
    public const string GuardKey = "plumb-guard";

    /// <summary>external_ids key of <see cref="Session"/>; a row is ours if and only if it has this key.</summary>
    public const string SessionKey = "plumb-session";

    /// <summary>external_ids key of <see cref="Lease"/>.</summary>
    public const string LeaseKey = "plumb-lease";

    /// <summary>external_ids key of <see cref="Reason"/>.</summary>
    public const string ReasonKey = "plumb-reason";

    /// <summary>external_ids key of <see cref="Mirror"/>.</summary>
    public const string MirrorKey = "plumb-mirror";

    /// <summary>How the alias of one of our links starts.</summary>
    public const string AliasPrefix = "plumb:";

    /// <summary>Octets in an alias: IFALIASZ (linux/if.h) less the closing zero.</summary>
    private const int AliasLength = 255;

    private const string AliasTime = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>One run that made things; all of them share it.</summary>
    public required string Session { get; init; }

    /// <summary>The process that made it and should remove it; null where the mark does not tell or is damaged.</summary>
    public ProcessIdentity? Owner { get; init; }

    /// <summary>The guard process that removes it when the owner is gone; null where there is none (yet).</summary>
    public ProcessIdentity? Guard { get; init; }

    /// <summary>Until when it may stay, UTC, to the second; null where not told: until its processes are gone.</summary>
    public DateTimeOffset? Lease { get; init; }

    /// <summary>Who wanted it and what for: user and command.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// The name of the lasting mirror (<c>plumb mirror add</c>) that it is a part of; null for a capture's. A lasting mirror's mark names no
    /// process: whoever keeps it renews <see cref="Lease"/>, and may be another process tomorrow. An alias does not tell it.
    /// </summary>
    public string? Mirror { get; init; }

    /// <summary>The mark of a row; null where there is none.</summary>
    public static OwnershipMark? Read(IReadOnlyDictionary<string, string> externalIds) =>
        !externalIds.TryGetValue(SessionKey, out var session) ? null : new()
        {
            Session = session,
            Owner = ProcessIdentity.TryParse(externalIds.GetValueOrDefault(OwnerKey)),
            Guard = ProcessIdentity.TryParse(externalIds.GetValueOrDefault(GuardKey)),
            Lease = DateTimeOffset.TryParse(externalIds.GetValueOrDefault(LeaseKey), CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var lease) ? lease : null,
            Reason = externalIds.GetValueOrDefault(ReasonKey),
            Mirror = externalIds.GetValueOrDefault(MirrorKey),
        };

    /// <summary>The mark in a link's alias, which names no guard; null where there is none.</summary>
    public static OwnershipMark? ReadAlias(string? alias)
    {
        if (alias?.StartsWith(AliasPrefix, StringComparison.Ordinal) != true
            || alias.Split(':', 5) is not [_, var session, var owner, var lease, var reason] || session.Length == 0)
        {
            return null;
        }
        return new()
        {
            Session = session,
            Owner = ProcessIdentity.TryParse(owner),
            Lease = DateTimeOffset.TryParseExact(lease, AliasTime, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var until) ? until : null,
            Reason = reason.Length == 0 ? null : reason,
        };
    }

    /// <summary>The mark as external_ids of a row: only the keys that have a value.</summary>
    public IReadOnlyDictionary<string, string> ToExternalIds()
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal) { [SessionKey] = Session };
        if (Owner is not null)
        {
            result[OwnerKey] = Owner.ToString();
        }
        if (Guard is not null)
        {
            result[GuardKey] = Guard.ToString();
        }
        if (Lease is { } lease)
        {
            result[LeaseKey] = lease.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        }
        if (Reason is not null)
        {
            result[ReasonKey] = Reason;
        }
        if (Mirror is not null)
        {
            result[MirrorKey] = Mirror;
        }
        return result;
    }

    /// <summary>
    /// The mark as a link's alias: <c>plumb:SESSION:OWNER:LEASE:REASON</c>, the lease without colons, the reason cut so that the whole
    /// fits into the kernel's 255 octets.
    /// </summary>
    public string ToAlias()
    {
        var lease = Lease?.UtcDateTime.ToString(AliasTime, CultureInfo.InvariantCulture);
        var text = new StringBuilder($"{AliasPrefix}{Session}:{Owner}:{lease}:");
        var room = AliasLength - Encoding.UTF8.GetByteCount(text.ToString());
        foreach (var rune in (Reason ?? "").EnumerateRunes())
        {
            room -= rune.Utf8SequenceLength;
            if (room < 0)
            {
                break;
            }
            text.Append(rune.ToString());
        }
        return text.ToString();
    }

    /// <summary>
    /// Nobody looks after it any more: neither owner nor guard is alive, or the lease has run out. A mark that names no process at all
    /// is dead only with its lease.
    /// </summary>
    /// <param name="isAlive">Whether a process still runs; asked for owner and guard.</param>
    /// <param name="now">The time to compare the lease with.</param>
    public bool IsDead(Func<ProcessIdentity, bool> isAlive, DateTimeOffset now)
    {
        if (Lease < now)
        {
            return true;
        }
        return (Owner ?? Guard) is not null && !(Owner is not null && isAlive(Owner)) && !(Guard is not null && isAlive(Guard));
    }
}
