using System.Text;
using System.Text.Json;
using Plumbline.Ovsdb.Wire;

namespace Plumbline.Ovsdb.Rpc;

/// <summary>An <c>error</c> member: a bare string, or an object with <c>error</c> and perhaps <c>details</c> (RFC 7047 §3.1).</summary>
internal readonly record struct RpcError(string Error, string? Details)
{
    /// <summary>Reads the member; anything else than string and object is kept as its JSON text.</summary>
    public static RpcError Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return Read(ref reader) ?? new(Encoding.UTF8.GetString(json), null);
    }

    /// <summary>As <see cref="Parse"/>, on the value's first token; null where that is neither string nor object, or no error.</summary>
    public static RpcError? Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return new(WireText.Read(ref reader), null);
        }
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }
        string? error = null;
        string? details = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isError = reader.ValueTextEquals("error"u8);
            var isDetails = reader.ValueTextEquals("details"u8);
            reader.Read();
            if (reader.TokenType == JsonTokenType.String && isError)
            {
                error = WireText.Read(ref reader);
            }
            else if (reader.TokenType == JsonTokenType.String && isDetails)
            {
                details = WireText.Read(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
        return error is null ? null : new(error, details);
    }
}
