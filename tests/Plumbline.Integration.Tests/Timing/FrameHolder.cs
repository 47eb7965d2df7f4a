using System.Buffers.Binary;
using System.Net.Sockets;

namespace Plumbline.Integration.Tests.Timing;

/// <summary>
/// Stands between two hops in place of netem, which not every kernel has: frames that bear <see cref="Mark"/> are held, thrown away or
/// overtaken as the <see cref="HoldPlan"/> says, with books kept of each; all others go on at once. One thread.
/// </summary>
internal abstract class FrameHolder : IDisposable
{
    private const long WakeNanoseconds = 50_000_000;

    private readonly PriorityQueue<HeldFrame, (long Due, long Number)> _held = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private Thread? _thread;
    private HoldPlan _plan = new();
    private HoldTruth _truth = new();
    private Random _random = new(1);
    private long _number;
    private int _arrivals;

    /// <summary>In the payload of every frame that counts.</summary>
    public static ReadOnlySpan<byte> Mark => "PLT-HOLD"u8;

    /// <summary>The sockets that frames come from, by <see cref="HeldFrame.Side"/>.</summary>
    protected abstract IReadOnlyList<Socket> Sockets { get; }

    /// <summary>From now on it does this, and its books begin anew.</summary>
    public void Begin(HoldPlan plan)
    {
        lock (_gate)
        {
            (_plan, _truth, _random, _arrivals) = (plan, new(), new(plan.Seed), 0);
        }
    }

    /// <summary>The books since <see cref="Begin"/>.</summary>
    public HoldTruth Truth
    {
        get
        {
            lock (_gate)
            {
                return _truth;
            }
        }
    }

    public void Dispose()
    {
        _end.Cancel();
        _thread?.Join();
        foreach (var socket in Sockets)
        {
            socket.Dispose();
        }
        _end.Dispose();
    }

    protected void Start()
    {
        _thread = new(Run) { IsBackground = true, Priority = ThreadPriority.Highest };
        _thread.Start();
    }

    /// <summary>The next frame of a socket, if there is one.</summary>
    protected abstract bool TryTake(int side, out HeldFrame frame);

    /// <summary>Lets it go on.</summary>
    protected abstract void Release(in HeldFrame frame);

    /// <summary>Throws it away.</summary>
    protected abstract void Discard(in HeldFrame frame);

    private void Run()
    {
        var entries = new HolderNative.PollEntry[Sockets.Count];
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = new() { Descriptor = (int)Sockets[i].Handle, Events = HolderNative.POLLIN };
        }
        while (!_end.IsCancellationRequested)
        {
            var wait = _held.TryPeek(out _, out var first) ? Math.Clamp(first.Due - HolderNative.Now, 0, WakeNanoseconds) : WakeNanoseconds;
            HolderNative.Wait(entries, wait);
            lock (_gate)
            {
                for (var side = 0; side < entries.Length; side++)
                {
                    while (TryTake(side, out var frame))
                    {
                        Take(frame);
                        ReleaseDue();
                    }
                }
                ReleaseDue();
            }
        }
    }

    private void Take(HeldFrame frame)
    {
        if (frame.Data.AsSpan().IndexOf(Mark) < 0 || _plan.OneWay && frame.Side != 0)
        {
            Release(frame);
            return;
        }
        frame = frame with { Number = _plan.ByArrival ? _arrivals++ : NumberOf(frame) };
        if (_random.Next(1000) < _plan.LostOfThousand)
        {
            Discard(frame);
            _truth.AddLost(frame.Number);
            return;
        }
        var stay = _plan.Delay + _plan.Jitter * _random.NextDouble();
        stay += _random.Next(1000) < _plan.LateOfThousand ? stay + TimeSpan.FromMilliseconds(4) : default;
        if (stay == default)
        {
            Pass(frame);
        }
        else
        {
            _held.Enqueue(frame, (frame.Arrived + (long)(stay.TotalMicroseconds * 1000), _number++));
        }
    }

    /// <summary>The four bytes behind the mark; 0 where there are none.</summary>
    private static int NumberOf(in HeldFrame frame)
    {
        var rest = frame.Data.AsSpan(frame.Data.AsSpan().IndexOf(Mark) + Mark.Length);
        return rest.Length < 4 ? 0 : BinaryPrimitives.ReadInt32BigEndian(rest);
    }

    private void ReleaseDue()
    {
        while (_held.TryPeek(out var frame, out var key) && key.Due <= HolderNative.Now)
        {
            _held.Dequeue();
            Pass(frame);
        }
    }

    private void Pass(in HeldFrame frame)
    {
        var sent = HolderNative.Now;
        Release(frame);
        _truth.AddPassed(frame.Number, frame.Arrived, sent);
        if (_plan.TwiceOfThousand > 0 && _random.Next(1000) < _plan.TwiceOfThousand)
        {
            Release(frame);
        }
    }
}
