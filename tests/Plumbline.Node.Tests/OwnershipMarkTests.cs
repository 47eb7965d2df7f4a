using System.Text;
using Plumbline.Linux;

namespace Plumbline.Node.Tests;

public class OwnershipMarkTests
{
    private static readonly DateTimeOffset _now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    private static readonly ProcessIdentity _owner = new(42, 1234, "0b0b0b0b-0000-4000-8000-000000000001");
    private static readonly ProcessIdentity _guard = new(43, 1240, "0b0b0b0b-0000-4000-8000-000000000001");

    private static readonly OwnershipMark _mark = new()
    {
        Session = "11111111-2222-4333-8444-555555555555",
        Owner = _owner,
        Guard = _guard,
        Lease = _now,
        Reason = "alice: plumb capture web1",
    };

    [Fact]
    public void Mark_is_read_back_from_external_ids() => Assert.Equal(_mark, OwnershipMark.Read(_mark.ToExternalIds()));

    [Fact]
    public void Alias_keeps_all_but_the_guard() =>
        Assert.Equal(_mark with { Guard = null }, OwnershipMark.ReadAlias(_mark.ToAlias()));

    [Fact]
    public void Long_reason_is_cut_to_what_the_kernel_holds()
    {
        var alias = (_mark with { Reason = new string('ы', 300) }).ToAlias();
        Assert.InRange(Encoding.UTF8.GetByteCount(alias), 250, 255);
        Assert.Equal(_mark.Session, OwnershipMark.ReadAlias(alias)!.Session);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("uplink to rack 3")]
    [InlineData("plumb:")]
    public void Alias_of_others_is_no_mark(string? alias) => Assert.Null(OwnershipMark.ReadAlias(alias));

    [Fact]
    public void Row_without_our_session_key_is_not_ours() =>
        Assert.Null(OwnershipMark.Read(new Dictionary<string, string> { ["owner"] = "bob", ["plumb-reason"] = "x" }));

    [Fact]
    public void Mark_lives_while_owner_or_guard_does()
    {
        Assert.False(_mark.IsDead(p => p == _owner, _now));
        Assert.False(_mark.IsDead(p => p == _guard, _now));
        Assert.True(_mark.IsDead(_ => false, _now));
    }

    [Fact]
    public void Mark_dies_with_its_lease()
    {
        Assert.True(_mark.IsDead(_ => true, _now.AddSeconds(1)));
        Assert.False((_mark with { Owner = null, Guard = null }).IsDead(_ => false, _now));
    }
}
