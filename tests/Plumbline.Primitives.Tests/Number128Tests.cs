using System.Globalization;

namespace Plumbline.Primitives.Tests;

/// <summary>Held against the framework's own type.</summary>
public sealed class Number128Tests
{
    [Fact]
    public void Counts_and_compares_as_the_frameworks_type_does()
    {
        var random = new Random(1);
        Span<byte> bytes = stackalloc byte[16];
        for (var i = 0; i < 20_000; i++)
        {
            var (one, other) = (Next(random), Next(random));
            var (ours, theirs) = (Ours(one), Ours(other));
            var by = random.Next(-3, 200);
            Assert.Equal(one + other, Framework(ours + theirs));
            Assert.Equal(one - other, Framework(ours - theirs));
            Assert.Equal(one & other, Framework(ours & theirs));
            Assert.Equal(one | other, Framework(ours | theirs));
            Assert.Equal(one ^ other, Framework(ours ^ theirs));
            Assert.Equal(~one, Framework(~ours));
            Assert.Equal(one << by, Framework(ours << by));
            Assert.Equal(one >> by, Framework(ours >> by));
            Assert.Equal(one.CompareTo(other), ours.CompareTo(theirs));
            Assert.Equal((one < other, one <= other, one > other, one >= other, one == other), (ours < theirs, ours <= theirs, ours > theirs, ours >= theirs, ours == theirs));
            Assert.Equal((int)System.UInt128.PopCount(one), Number128.PopCount(ours));
            Assert.Equal(one.ToString(CultureInfo.InvariantCulture), ours.ToString());
            Assert.Equal(one.ToString("x", CultureInfo.InvariantCulture), $"{ours:x}");
            Assert.True(Number128.TryParse(ours.ToString(), NumberStyles.None, null, out var decimals) && decimals == ours);
            Assert.True(Number128.TryParse($"{ours:x}", NumberStyles.AllowHexSpecifier, null, out var hex) && hex == ours);
            ours.Write(bytes);
            Assert.Equal(one, System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes));
            Assert.Equal(ours, Number128.Read(bytes));
        }
    }

    [Theory]
    [InlineData("340282366920938463463374607431768211456")]
    [InlineData("3402823669209384634633746074317682114550")]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("12x")]
    public void What_is_no_number_of_128_bits_is_refused(string text) =>
        Assert.False(Number128.TryParse(text, NumberStyles.None, null, out _));

    private static System.UInt128 Next(Random random)
    {
        var number = new System.UInt128((ulong)random.NextInt64() << 1, (ulong)random.NextInt64() << 1 | 1);
        return random.Next(3) switch { 0 => number, 1 => number >> random.Next(128), _ => System.UInt128.MaxValue << random.Next(128) };
    }

    private static Number128 Ours(System.UInt128 number) => new((ulong)(number >> 64), (ulong)number);

    private static System.UInt128 Framework(Number128 number) => new(number.High, number.Low);
}
