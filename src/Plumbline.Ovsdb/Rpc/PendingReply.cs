using Plumbline.Ovsdb.Wire;

namespace Plumbline.Ovsdb.Rpc;

/// <summary>Turns the JSON of a <c>result</c> (empty where it was null) into what the caller wants. Runs on the receiving task.</summary>
internal delegate T ResultReader<T>(ReadOnlySpan<byte> result);

/// <summary>A request whose answer has not come.</summary>
internal abstract class PendingReply
{
    /// <summary>The answer has come.</summary>
    public abstract void Answer(ref RpcMessage message);

    /// <summary>It will never come.</summary>
    public abstract void Fail(OvsdbException cause);

    /// <summary>It has come, or it never will.</summary>
    public abstract bool IsCompleted { get; }
}

/// <inheritdoc/>
internal sealed class PendingReply<T>(RpcPeer peer, string method, ResultReader<T> read) : PendingReply
{
    // continuations run elsewhere: whatever a caller does next must not hold up the receiving task
    private readonly TaskCompletionSource<T> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Task => _source.Task;

    /// <inheritdoc/>
    public override bool IsCompleted => _source.Task.IsCompleted;

    /// <inheritdoc/>
    public override void Answer(ref RpcMessage message)
    {
        if (!message.Error.IsEmpty)
        {
            _source.TrySetException(Problems.RequestRefused(peer, method, RpcError.Parse(message.Error)));
            return;
        }
        try
        {
            _source.TrySetResult(read(message.Result));
        }
        catch (OvsdbException refused)
        {
            _source.TrySetException(refused);
        }
        catch (InvalidDataException odd)
        {
            _source.TrySetException(Problems.OddAnswer(peer, method, odd));
        }
    }

    /// <inheritdoc/>
    public override void Fail(OvsdbException cause) => _source.TrySetException(cause);
}
