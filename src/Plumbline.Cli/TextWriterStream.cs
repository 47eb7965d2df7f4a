using System.Text;
using Plumbline.Primitives;

namespace Plumbline.Cli;

/// <summary>UTF-8 written into a text writer: a test's standard output.</summary>
internal sealed class TextWriterStream(TextWriter writer) : WritingStream
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        var text = new char[buffer.Length];
        writer.Write(text, 0, _decoder.GetChars(buffer, text, flush: false));
    }

    public override void Flush() => writer.Flush();
}
