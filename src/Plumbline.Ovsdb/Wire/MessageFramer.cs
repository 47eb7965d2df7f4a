namespace Plumbline.Ovsdb.Wire;

/// <summary>
/// Finds where JSON objects end in a stream that has neither lengths nor newlines (RFC 7047 §4), by counting braces outside of
/// strings. Remembers how far it looked, so that every byte is seen once, however the stream is cut.
/// </summary>
internal struct MessageFramer
{
    private int _seen;
    private int _depth;
    private bool _inString;

    /// <summary>
    /// The length of the first whole message in <paramref name="buffer"/>, with the white space before it; 0 if its end has not come
    /// yet. Call again with the same bytes and more behind them, or, after a message was found, with what follows it.
    /// </summary>
    /// <exception cref="InvalidDataException">Something else than an object stands between messages.</exception>
    public int Find(ReadOnlySpan<byte> buffer)
    {
        while (_depth == 0 && _seen < buffer.Length)
        {
            switch (buffer[_seen++])
            {
                case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                    break;
                case (byte)'{':
                    _depth = 1;
                    break;
                default:
                    throw new InvalidDataException("a message does not start with a brace");
            }
        }
        while (_depth > 0 && _seen < buffer.Length)
        {
            switch (buffer[_seen])
            {
                case (byte)'"':
                    _inString = !_inString;
                    break;
                case (byte)'\\' when _inString:
                    if (_seen + 1 == buffer.Length)
                    {
                        return 0; // what it escapes has not come: look at the backslash again then
                    }
                    _seen++;
                    break;
                case (byte)'{' when !_inString:
                    _depth++;
                    break;
                case (byte)'}' when !_inString:
                    _depth--;
                    break;
                default:
                    break;
            }
            _seen++;
        }
        if (_depth > 0 || _seen == 0 || buffer[_seen - 1] != '}')
        {
            return 0;
        }
        var length = _seen;
        _seen = 0;
        return length;
    }
}
