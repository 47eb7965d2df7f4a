namespace Plumbline.Packets.Flows;

/// <summary>Questions of one name to one server that failed in one way, at one place of capture.</summary>
public sealed record DnsFailure
{
    /// <summary>Index into the file's interfaces.</summary>
    public int Interface { get; init; }

    /// <summary>Who asked.</summary>
    public required InternetAddress Client { get; init; }

    /// <summary>Who was asked.</summary>
    public required InternetAddress Server { get; init; }

    /// <summary>The name, as it came: escape it before a terminal sees it.</summary>
    public required string Name { get; init; }

    /// <summary>QTYPE: 1 A, 28 AAAA.</summary>
    public required int QuestionType { get; init; }

    /// <summary>RCODE; null: no answer, or see <see cref="IsTruncated"/>.</summary>
    public required int? ResponseCode { get; init; }

    /// <summary>Asked over TCP.</summary>
    public bool IsTcp { get; init; }

    /// <summary>The answer over UDP did not fit, and the question never came over TCP.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>Without an answer: from the first question to the end of the capture.</summary>
    public TimeSpan? Waited { get; init; }

    /// <summary>Questions (without answer), or answers that say so.</summary>
    public required long Times { get; init; }
}
