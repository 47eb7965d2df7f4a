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
        if (_depth > 0 && !Close(buffer))
        {
            return 0;
        }
        if (_seen == 0 || buffer[_seen - 1] != '}')
        {
            return 0;
        }
        var length = _seen;
        _seen = 0;
        return length;
    }

    /// <summary>Looks on for the brace that ends the message; with locals, for an answer has megabytes. False: stop, whatever is counted.</summary>
    private bool Close(ReadOnlySpan<byte> buffer)
    {
        var (at, depth, inString) = (_seen, _depth, _inString);
        while (depth > 0 && at < buffer.Length)
        {
            var octet = buffer[at++];
            if (octet == '"')
            {
                inString = !inString;
            }
            else if (inString)
            {
                if (octet == '\\' && ++at > buffer.Length)
                {
                    at -= 2; // what it escapes has not come: look at the backslash again then
                    break;
                }
            }
            else if (octet == '{')
            {
                depth++;
            }
            else if (octet == '}')
            {
                depth--;
            }
        }
        (_seen, _depth, _inString) = (at, depth, inString);
        return depth == 0;
    }
}
