using System.Text;
using Plumbline.Ovsdb.Wire;

namespace Plumbline.Ovsdb;

/// <summary>Operations as a person reads them before they are done: RFC 7047's own JSON, a line each, as <c>ovsdb-client transact</c> takes it.</summary>
public static class OperationText
{
    /// <summary>A JSON array: the database, then the operations.</summary>
    public static string Render(string database, IReadOnlyList<Operation> operations)
    {
        var text = new StringBuilder($"[\"{database}\"");
        foreach (var operation in operations)
        {
            var json = new JsonText();
            OperationWriter.Write(json, operation);
            text.Append(",\n ").Append(Encoding.UTF8.GetString(json.Written.Span));
        }
        return text.Append(']').ToString();
    }
}
