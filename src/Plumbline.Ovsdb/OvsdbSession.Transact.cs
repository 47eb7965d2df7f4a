using Plumbline.Ovsdb.Wire;

namespace Plumbline.Ovsdb;

public sealed partial class OvsdbSession
{
    /// <summary>
    /// transact: all or nothing. Where the caller stops waiting (cancel, timeout) the server is told to cancel as well; whether the
    /// transaction was committed before that is then unknown.
    /// </summary>
    /// <returns>One result for each of <paramref name="operations"/>.</returns>
    /// <exception cref="OvsdbException">Any operation, or the commit, failed; nothing was changed.</exception>
    public Task<IReadOnlyList<OperationResult>> TransactAsync(
        string database, IReadOnlyList<Operation> operations, CancellationToken cancellationToken)
    {
        var timeout = _options.Timeout;
        foreach (var operation in operations)
        {
            if (operation is Operation.Wait wait)
            {
                timeout += wait.Timeout;
            }
        }
        return _connection.CallAsync(
            "transact",
            writer => WriteTransaction(writer, database, operations),
            result => TransactReader.Parse(result, operations, _connection.Peer),
            timeout,
            true,
            cancellationToken);
    }

    private static void WriteTransaction(JsonText writer, string database, IReadOnlyList<Operation> operations)
    {
        writer.Text(database);
        foreach (var operation in operations)
        {
            OperationWriter.Write(writer, operation);
        }
    }
}
