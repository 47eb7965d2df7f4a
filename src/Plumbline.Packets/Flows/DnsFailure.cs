namespace Plumbline.Packets.Flows;

/// <summary>Questions of one name to one server that failed in one way.</summary>
public sealed record DnsFailure
{
    /// <summary>Who asked.</summary>
    public required InternetAddress Client { get; init; }

    /// <summary>Who was asked.</summary>
    public required InternetAddress Server { get; init; }

    /// <summary>The name, as it came: escape it before a terminal sees it.</summary>
    public required string Name { get; init; }

    /// <summary>QTYPE: 1 A, 28 AAAA.</summary>
    public required int QuestionType { get; init; }

    /// <summary>RCODE; null: no answer.</summary>
    public required int? ResponseCode { get; init; }

    /// <summary>Questions (without answer), or answers that say so.</summary>
    public required long Times { get; init; }
}
