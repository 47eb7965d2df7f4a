using System.Text;
using System.Xml;
using Plumbline.Linux.Files;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources;

/// <summary>
/// libvirt's domain files as they came, searched before they are parsed: a question is about two of a thousand, and XML takes its time.
/// </summary>
internal sealed class DomainShelf
{
    private readonly List<ShelvedFile> _files = [];

    private DomainShelf()
    {
    }

    /// <summary>Takes in what <see cref="LiveNode"/> would parse; null where one of the files or folders cannot be read.</summary>
    public static DomainShelf? Open(IReadOnlyList<string> folders)
    {
        var shelf = new DomainShelf();
        bool? isRunning = null;
        var reader = new SmallFile();
        for (var i = 0; i < folders.Count; i++)
        {
            try
            {
                foreach (var file in Directory.GetFiles(folders[i], "*.xml"))
                {
                    if (reader.Read(file) is not { } text)
                    {
                        return null;    // reading all says why, or a VM ended just now
                    }
                    shelf._files.Add(new(text.ToArray(), isRunning));
                }
                // the first folder has what runs, the others what is defined
                isRunning = i == 0 ? false : isRunning;
            }
            catch (DirectoryNotFoundException)
            {
                continue;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return null;    // reading all says why
            }
        }
        return shelf;
    }

    /// <summary>Domains in whose files something is just this word: an element's text or an attribute's value; they are wanted.</summary>
    public List<Domain> Find(string word)
    {
        var found = new List<Domain>();
        var bytes = Encoding.UTF8.GetBytes(word);
        foreach (var file in _files)
        {
            if (HasWord(file.Text, bytes) && file.Parse() is { } domain)
            {
                found.Add(domain);
            }
        }
        return found;
    }

    /// <summary>Marks files as wanted in which one of these stands as a device's name, a port's UUID, a MAC or the domain's UUID.</summary>
    public void Want(IReadOnlySet<string> values)
    {
        var lookup = ((HashSet<string>)values).GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> chars = stackalloc char[64];
        foreach (var file in _files)
        {
            file.IsWanted |= Has(file.Text, "dev="u8, lookup, chars) || Has(file.Text, "interfaceid="u8, lookup, chars)
                || Has(file.Text, "address="u8, lookup, chars) || Has(file.Text, "<uuid>"u8, lookup, chars);
        }
    }

    /// <summary>All that are wanted, in the order and with the precedence of a whole reading.</summary>
    public IReadOnlyList<Domain> Wanted()
    {
        var domains = new SortedDictionary<string, Domain>(StringComparer.Ordinal);
        foreach (var file in _files)
        {
            if (file.IsWanted && file.Parse() is { } domain)
            {
                domains.TryAdd(domain.Name, domain);
            }
        }
        return [.. domains.Values];
    }

    private static bool HasWord(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word)
    {
        for (int at; (at = text.IndexOf(word)) >= 0; text = text[(at + word.Length)..])
        {
            if (at > 0 && at + word.Length < text.Length && IsEdge(text[at - 1]) && IsEdge(text[at + word.Length]))
            {
                return true;
            }
        }
        return false;

        static bool IsEdge(byte octet) => octet is (byte)'>' or (byte)'<' or (byte)'"' or (byte)'\'' or <= (byte)' ';
    }

    private static bool Has(
        ReadOnlySpan<byte> text, ReadOnlySpan<byte> mark, HashSet<string>.AlternateLookup<ReadOnlySpan<char>> values, Span<char> chars)
    {
        for (int at; (at = text.IndexOf(mark)) >= 0;)
        {
            text = text[(at + mark.Length)..];
            var start = text is [(byte)'\'' or (byte)'"', ..] ? 1 : 0;
            var length = text[start..].IndexOfAny((byte)'\'', (byte)'"', (byte)'<');
            if (length > 0 && length <= chars.Length && Ascii.ToUtf16(text.Slice(start, length), chars, out var count) == System.Buffers.OperationStatus.Done
                && values.Contains(chars[..count]))
            {
                return true;
            }
        }
        return false;
    }

    private sealed class ShelvedFile(byte[] text, bool? isRunning)
    {
        private Domain? _domain;
        private bool _isParsed;

        public byte[] Text { get; } = text;

        public bool IsWanted { get; set; }

        /// <summary>Null where it is damaged, or no domain.</summary>
        public Domain? Parse()
        {
            IsWanted = true;
            if (_isParsed)
            {
                return _domain;
            }
            _isParsed = true;
            try
            {
                using var reader = new StreamReader(new MemoryStream(Text), Encoding.UTF8);
                return _domain = DomainXml.Read(reader, isRunning);
            }
            catch (XmlException)
            {
                return null;    // as when all are read, which says so
            }
        }
    }
}
