namespace Plumbline.Iptables.Simulation;

/// <summary>A test that nobody here can decide.</summary>
/// <param name="Key">Equal keys have equal answers for one packet: the text, or for tests with a memory (limit, recent) the very rule.</param>
/// <param name="Text">What it depends on, for people.</param>
internal sealed record UnknownTest(string Key, string Text)
{
    /// <summary>The answer belongs to one rule alone.</summary>
    public bool IsOfRule { get; init; }
}
