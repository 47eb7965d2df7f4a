using Plumbline.Iptables.Symbolic;

namespace Plumbline.Iptables.Tests.Symbolic;

/// <summary>Every operation against its truth table: sets of the 256 numbers of 8 bits, as bits of four words.</summary>
public sealed class BddStoreTests
{
    private const int Bits = 8;
    private readonly BddStore _store = new(AnalysisBudget.Default);

    [Fact]
    public void Equal_sets_are_equal_numbers_however_they_were_made()
    {
        var random = new Random(1);
        for (var round = 0; round < 300; round++)
        {
            var (f, fTable) = Random(random);
            var (g, gTable) = Random(random);
            var (h, hTable) = Random(random);
            Assert.Equal(FromTable(n => fTable[n] && gTable[n]), _store.And(f, g));
            Assert.Equal(FromTable(n => fTable[n] || gTable[n]), _store.Or(f, g));
            Assert.Equal(FromTable(n => fTable[n] != gTable[n]), _store.Xor(f, g));
            Assert.Equal(FromTable(n => fTable[n] && !gTable[n]), _store.Minus(f, g));
            Assert.Equal(FromTable(n => fTable[n] ? gTable[n] : hTable[n]), _store.Ite(f, g, h));
            Assert.Equal(f, FromTable(n => fTable[n]));
        }
    }

    [Fact]
    public void Quantifying_and_restricting_agree_with_the_truth_table()
    {
        var random = new Random(2);
        for (var round = 0; round < 300; round++)
        {
            var (f, table) = Random(random);
            var first = random.Next(Bits);
            var last = random.Next(first, Bits);
            var mask = 0;
            for (var level = first; level <= last; level++)
            {
                mask |= 1 << (Bits - 1 - level);
            }
            Assert.Equal(FromTable(n => Enumerable.Range(0, 256).Any(m => (m & ~mask) == (n & ~mask) && table[m])),
                _store.Exists(f, first, last));
            Assert.Equal(FromTable(n => Enumerable.Range(0, 256).All(m => (m & ~mask) != (n & ~mask) || table[m])),
                _store.ForAll(f, first, last));
            var bit = 1 << (Bits - 1 - first);
            Assert.Equal(FromTable(n => table[n | bit]), _store.Restrict(f, first, true));
            Assert.Equal(FromTable(n => table[n & ~bit]), _store.Restrict(f, first, false));
            Assert.Equal(Enumerable.Range(0, 256).Count(n => table[n]), _store.Density(f) * 256);
        }
    }

    [Fact]
    public void Builders_give_the_numbers_they_name()
    {
        var random = new Random(3);
        for (var round = 0; round < 300; round++)
        {
            int a = random.Next(256), b = random.Next(256), c = random.Next(256), d = random.Next(256);
            var sorted = new[] { a, b, c, d };
            Array.Sort(sorted);
            Assert.Equal(FromTable(n => (n & a) == (b & a)), _store.Masked(0, Bits, (UInt128)(b & a), (UInt128)a));
            Assert.Equal(FromTable(n => n >= a && n <= b), _store.Range(0, Bits, (UInt128)a, (UInt128)b));
            if (sorted[1] + 1 < sorted[2])
            {
                Assert.Equal(FromTable(n => n >= sorted[0] && n <= sorted[1] || n >= sorted[2] && n <= sorted[3]), _store.Ranges(
                    0, Bits, [((UInt128)sorted[0], (UInt128)sorted[1]), ((UInt128)sorted[2], (UInt128)sorted[3])]));
            }
        }
        Assert.Equal(BddStore.True, _store.Range(0, 128, 0, UInt128.MaxValue));
    }

    [Fact]
    public void A_picked_packet_is_in_the_set_and_near_the_one_preferred()
    {
        var random = new Random(4);
        for (var round = 0; round < 200; round++)
        {
            var (f, table) = Random(random);
            if (f == BddStore.False)
            {
                continue;
            }
            var wanted = random.Next(256);
            var bits = new bool[Bits];
            for (var i = 0; i < Bits; i++)
            {
                bits[i] = (wanted >> (Bits - 1 - i) & 1) != 0;
            }
            _store.PickOne(f, bits);
            var found = bits.Aggregate(0, (n, bit) => n << 1 | (bit ? 1 : 0));
            Assert.True(table[found]);
            Assert.True(!table[wanted] || found == wanted);
            Assert.True(_store.Contains(f, bits));
        }
    }

    [Fact]
    public void After_a_rewind_the_older_sets_are_what_they_were()
    {
        var random = new Random(5);
        var (f, _) = Random(random);
        var (g, _) = Random(random);
        var both = _store.And(f, g);
        var mark = _store.Mark();
        for (var round = 0; round < 50; round++)
        {
            for (var i = 0; i < 20; i++)
            {
                _store.Xor(Random(random).Edge, f);
            }
            _store.Rewind(mark);
            Assert.Equal(mark, _store.Count);
            Assert.Equal(both, _store.And(f, g));
        }
    }

    [Fact]
    public void A_question_that_outgrows_its_budget_stops()
    {
        var store = new BddStore(new() { MaxNodes = 4096 });
        Assert.Throws<BudgetExceededException>(() =>
        {
            // pairs of far bits: exponential in this order
            var f = BddStore.False;
            for (var i = 0; i < 20; i++)
            {
                f = store.Or(f, store.And(store.Bit(i), store.Bit(20 + i)));
            }
        });
    }

    private (int Edge, bool[] Table) Random(Random random)
    {
        var table = new bool[256];
        var density = random.Next(1, 8);
        for (var i = 0; i < 256; i++)
        {
            table[i] = random.Next(8) < density;
        }
        return (FromTable(n => table[n]), table);
    }

    private int FromTable(Func<int, bool> isIn)
    {
        return Build(0, 0);

        int Build(int level, int prefix) => level == Bits
            ? isIn(prefix) ? BddStore.True : BddStore.False
            : _store.Make(level, Build(level + 1, prefix << 1), Build(level + 1, prefix << 1 | 1));
    }
}
