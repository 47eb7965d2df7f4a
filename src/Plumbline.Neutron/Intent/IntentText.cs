using System.Text;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Plumbline.Neutron.Intent;

/// <summary>
/// A file of ports and groups, in YAML or in JSON, short or as Neutron's API gives it, as a document of the API's form
/// (<see cref="NeutronIntent.Read"/>).
/// </summary>
public static class IntentText
{
    /// <summary>Reads a file.</summary>
    /// <param name="content">Its bytes, UTF-8.</param>
    /// <param name="where">Its name, for messages.</param>
    /// <exception cref="NeutronException">It is neither JSON nor YAML, or has no ports and groups.</exception>
    public static JsonElement Read(ReadOnlyMemory<byte> content, string where)
    {
        var root = ReadDocument(content, where);
        if (root.ValueKind != JsonValueKind.Object || !(NeutronIntent.IsKnown(root) || root.TryGetProperty("groups", out _)))
        {
            throw new NeutronException(new("here are neither ports nor security groups", where, "docs/apply.md shows the forms"));
        }
        return IsApiForm(root) ? root : ShortForm.Expand(root, where);
    }

    /// <summary>Reads YAML or JSON as one document, whatever it is about.</summary>
    /// <param name="content">Its bytes, UTF-8.</param>
    /// <param name="where">Its name, for messages.</param>
    /// <exception cref="NeutronException">It is neither.</exception>
    public static JsonElement ReadDocument(ReadOnlyMemory<byte> content, string where)
    {
        if (content.Span.StartsWith("\uFEFF"u8))
        {
            content = content[3..];
        }
        var first = content.Span.IndexOfAnyExcept(" \t\r\n"u8);
        var isJson = first >= 0 && content.Span[first] is (byte)'{' or (byte)'[';
        var json = isJson ? content : FromYaml(content, where);
        JsonElement root;
        try
        {
            using var document = JsonDocument.Parse(json, new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            root = document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            throw new NeutronException(new(
                $"this is no JSON: {exception.Message}", $"{where}:{exception.LineNumber + 1}:{exception.BytePositionInLine + 1}",
                "docs/apply.md shows the forms"));
        }
        return root;
    }

    /// <summary>True where nothing is short: lists of objects, as the API gives them. A big one is not copied then.</summary>
    private static bool IsApiForm(JsonElement root) =>
        !root.TryGetProperty("groups", out _)
        && (!root.TryGetProperty("security_groups", out var groups)
            || (groups.ValueKind == JsonValueKind.Array && groups.EnumerateArray().All(g =>
                g.ValueKind == JsonValueKind.Object && g.TryGetProperty("id", out _) && !g.TryGetProperty("rules", out _))))
        && (!root.TryGetProperty("address_groups", out var addresses) || addresses.ValueKind == JsonValueKind.Array)
        && (!root.TryGetProperty("ports", out var ports)
            || (ports.ValueKind == JsonValueKind.Array && ports.EnumerateArray().All(p =>
                p.ValueKind == JsonValueKind.Object && p.TryGetProperty("mac_address", out _) && p.TryGetProperty("id", out _)
                && p.TryGetProperty("security_groups", out _))));

    private static byte[] FromYaml(ReadOnlyMemory<byte> content, string where)
    {
        using var stream = new MemoryStream();
        try
        {
            using var writer = new Utf8JsonWriter(stream);
            var parser = new Parser(new StringReader(Encoding.UTF8.GetString(content.Span)));
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
            {
                throw new NeutronException(new("the file is empty", where, "docs/apply.md shows the forms"));
            }
            parser.Consume<DocumentStart>();
            WriteNode(parser, writer, where);
        }
        catch (YamlException exception)
        {
            throw new NeutronException(new(
                $"this is no YAML: {exception.Message}", $"{where}:{exception.Start.Line}:{exception.Start.Column}",
                "docs/apply.md shows the forms"));
        }
        return stream.ToArray();
    }

    private static void WriteNode(Parser parser, Utf8JsonWriter writer, string where)
    {
        switch (parser.Current)
        {
            case Scalar scalar:
                parser.MoveNext();
                WriteScalar(scalar, writer);
                break;
            case SequenceStart:
                parser.MoveNext();
                writer.WriteStartArray();
                while (!parser.TryConsume<SequenceEnd>(out _))
                {
                    WriteNode(parser, writer, where);
                }
                writer.WriteEndArray();
                break;
            case MappingStart:
                parser.MoveNext();
                writer.WriteStartObject();
                while (!parser.TryConsume<MappingEnd>(out _))
                {
                    writer.WritePropertyName(parser.Consume<Scalar>().Value);
                    WriteNode(parser, writer, where);
                }
                writer.WriteEndObject();
                break;
            case var other:
                throw new NeutronException(new(
                    "anchors and aliases are not read here", $"{where}:{other?.Start.Line}:{other?.Start.Column}", "write it out"));
        }
    }

    private static void WriteScalar(Scalar scalar, Utf8JsonWriter writer)
    {
        var text = scalar.Value;
        if (scalar.Style != ScalarStyle.Plain)
        {
            writer.WriteStringValue(text);
        }
        else if (text is "" or "~" or "null" or "Null" or "NULL")
        {
            writer.WriteNullValue();
        }
        else if (text is "true" or "True" or "TRUE" or "false" or "False" or "FALSE")
        {
            writer.WriteBooleanValue(text[0] is 't' or 'T');
        }
        else if (text.Length < 10 && text.All(char.IsAsciiDigit) && (text.Length == 1 || text[0] != '0'))
        {
            writer.WriteNumberValue(int.Parse(text, System.Globalization.CultureInfo.InvariantCulture));
        }
        else
        {
            writer.WriteStringValue(text);
        }
    }
}
