using System.IO.Compression;
using System.Text;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;

namespace Plumbline.Node.Tests.Sources;

/// <summary>
/// Texts and archives that were damaged on their way: cut, with bytes turned over, lines lost, doubled and exchanged. They tell less, or nothing:
/// a named error, never a crash. Seeds are fixed; PLUMB_TEST_ROUNDS makes more of them.
/// </summary>
public class DamagedTextTests
{
    private static readonly int _rounds = int.TryParse(Environment.GetEnvironmentVariable("PLUMB_TEST_ROUNDS"), out var more) ? more : 25;

    public static TheoryData<string> Damages => ["cut", "flipped", "lines lost", "lines exchanged", "joined", "odd letters", "numbers"];

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_damaged_text_tells_less_or_nothing(string damage)
    {
        var random = new Random(damage.Length);
        var outputs = RecordedOutputs.All;
        for (var round = 0; round < _rounds; round++)
        {
            var text = new StringBuilder();
            for (var i = 0; i < 6; i++)
            {
                text.Append(Disguises.Plain(outputs[random.Next(outputs.Count)]));
            }
            Read(Damaged(text.ToString(), damage, random), $"{damage} {round}");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_damaged_archive_is_named_or_tells_what_stands_before(bool isCut)
    {
        var random = new Random(isCut ? 5 : 6);
        using var whole = new MemoryStream();
        using (var packed = new GZipStream(whole, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new System.Formats.Tar.TarWriter(packed, System.Formats.Tar.TarEntryFormat.Pax))
        {
            foreach (var output in RecordedOutputs.All.Take(60))
            {
                tar.WriteEntry(new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, $"report/sos_commands/networking/{output.Name}")
                {
                    DataStream = new MemoryStream(Encoding.UTF8.GetBytes(output.Text)),
                });
            }
        }
        for (var round = 0; round < _rounds; round++)
        {
            var bytes = whole.ToArray();
            if (isCut)
            {
                bytes = bytes[..random.Next(bytes.Length)];
            }
            else
            {
                for (var i = random.Next(1, 20); i > 0; i--)
                {
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                }
            }
            try
            {
                _ = Topology.Build(OfflineNode.Read(new MemoryStream(bytes), "report.tar.gz"));
            }
            catch (NodeException exception)
            {
                Assert.NotEmpty(exception.Problem.What);
            }
        }
    }

    private static void Read(string text, string what)
    {
        try
        {
            _ = Topology.Build(OfflineNode.ReadText(text, "mail"));
        }
        catch (NodeException exception)
        {
            Assert.NotEmpty(exception.Problem.What);
        }
        catch (Exception exception) when (exception is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{what}: {exception}");
        }
    }

    private static string Damaged(string text, string damage, Random random)
    {
        if (damage == "cut")
        {
            var start = random.Next(text.Length / 3);
            return text[start..random.Next(start, text.Length)];
        }
        if (damage is "flipped" or "odd letters" or "numbers")
        {
            var letters = text.ToCharArray();
            var count = 1 + letters.Length / random.Next(20, 400);
            for (var i = 0; i < count; i++)
            {
                ref var letter = ref letters[random.Next(letters.Length)];
                letter = damage switch
                {
                    "flipped" => (char)(letter ^ (1 << random.Next(7))),
                    "numbers" => char.IsAsciiDigit(letter) ? "9-:.0xf"[random.Next(7)] : letter,
                    _ => "\0\uffff\ud800\u202e{}[]()<>\"'\\,=@:|\t\r"[random.Next(20)],
                };
            }
            return new(letters);
        }
        var lines = text.Split('\n').ToList();
        for (var i = 0; i < lines.Count; i++)
        {
            var other = random.Next(lines.Count);
            switch (random.Next(12))
            {
                case 0 when damage == "lines lost":
                    lines[i] = "";
                    break;
                case 0 when damage == "lines exchanged":
                    (lines[i], lines[other]) = (lines[other], lines[i]);
                    break;
                case 0 when damage == "joined":
                    lines[i] += lines[other];
                    break;
            }
        }
        return string.Join('\n', lines);
    }
}
