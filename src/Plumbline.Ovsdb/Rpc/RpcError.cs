using System.Text;
using Plumbline.Ovsdb.Wire;

namespace Plumbline.Ovsdb.Rpc;

/// <summary>An <c>error</c> member: a bare string, or an object with <c>error</c> and perhaps <c>details</c> (RFC 7047 §3.1).</summary>
internal readonly record struct RpcError(string Error, string? Details)
{
    /// <summary>Reads the member; anything else than string and object is kept as its JSON text.</summary>
    public static RpcError Parse(ReadOnlySpan<byte> json)
    {
        var reader = new JsonReader(json);
        reader.Read();
        return Read(ref reader) ?? new(Encoding.UTF8.GetString(json), null);
    }

    /// <summary>As <see cref="Parse"/>, on the value's first token; null where that is neither string nor object, or no error.</summary>
    public static RpcError? Read(ref JsonReader reader)
    {
        if (reader.Token == JsonToken.Text)
        {
            return new(reader.GetText(), null);
        }
        if (reader.Token != JsonToken.StartObject)
        {
            return null;
        }
        string? error = null;
        string? details = null;
        while (reader.Read() && reader.Token == JsonToken.Name)
        {
            var isError = reader.ValueEquals("error"u8);
            var isDetails = reader.ValueEquals("details"u8);
            reader.Read();
            if (reader.Token == JsonToken.Text && isError)
            {
                error = reader.GetText();
            }
            else if (reader.Token == JsonToken.Text && isDetails)
            {
                details = reader.GetText();
            }
            else
            {
                reader.Skip();
            }
        }
        return error is null ? null : new(error, details);
    }
}
