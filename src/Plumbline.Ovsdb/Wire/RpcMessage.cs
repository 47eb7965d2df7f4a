namespace Plumbline.Ovsdb.Wire;

/// <summary>
/// One JSON-RPC 1.0 message, taken apart but not read: the members are slices of its text, empty where they are missing or null
/// (ovsdb-server leaves <c>result</c> out of error answers).
/// </summary>
internal ref struct RpcMessage
{
    /// <summary>Null in answers.</summary>
    public string? Method { get; private set; }

    /// <summary>JSON of <c>id</c>; empty in notifications.</summary>
    public ReadOnlySpan<byte> Id { get; private set; }

    /// <summary>JSON of <c>params</c>.</summary>
    public ReadOnlySpan<byte> Params { get; private set; }

    /// <summary>JSON of <c>result</c>.</summary>
    public ReadOnlySpan<byte> Result { get; private set; }

    /// <summary>JSON of <c>error</c>.</summary>
    public ReadOnlySpan<byte> Error { get; private set; }

    /// <exception cref="InvalidDataException">It is no JSON.</exception>
    public static RpcMessage Parse(ReadOnlySpan<byte> json)
    {
        var message = new RpcMessage();
        var reader = new JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.Token == JsonToken.Name)
        {
            if (reader.ValueEquals("method"u8))
            {
                reader.Read();
                message.Method = reader.Token == JsonToken.Text ? reader.GetText() : null;
            }
            else if (reader.ValueEquals("id"u8))
            {
                message.Id = Slice(json, ref reader);
            }
            else if (reader.ValueEquals("params"u8))
            {
                message.Params = Slice(json, ref reader);
            }
            else if (reader.ValueEquals("result"u8))
            {
                // megabytes: whoever asked for it reads it, and need not find it checked
                message.Result = reader.SkipUnread() is var result && reader.Token != JsonToken.Null ? result : default;
            }
            else if (reader.ValueEquals("error"u8))
            {
                message.Error = Slice(json, ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
        while (reader.Read())
        {
        }
        return message;
    }

    private static ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> json, scoped ref JsonReader reader)
    {
        reader.Read();
        var start = reader.TokenStart;
        if (reader.Token == JsonToken.Null)
        {
            return default;
        }
        reader.Skip();
        return json[start..reader.Consumed];
    }
}
