namespace Plumbline.Operations.Mirroring.Lasting;

/// <summary>Tells that something changed in folders, soon after it did (inotify(7)); where that cannot be had, the caller's tick does.</summary>
internal sealed class FolderWatch : IDisposable
{
    private readonly List<FileSystemWatcher> _watchers = [];
    private TaskCompletionSource _changed = NewSignal();

    public FolderWatch(IReadOnlyList<string> folders)
    {
        foreach (var folder in folders)
        {
            try
            {
                Directory.CreateDirectory(folder);
                var watcher = new FileSystemWatcher(folder, "*.json");
                watcher.Changed += OnChange;
                watcher.Created += OnChange;
                watcher.Deleted += OnChange;
                watcher.Renamed += OnChange;
                watcher.EnableRaisingEvents = true;
                _watchers.Add(watcher);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                continue; // no more inotify instances, or no folder: the tick looks
            }
        }
    }

    /// <summary>Ends with the next change; ask before you look.</summary>
    public Task Next()
    {
        var signal = NewSignal();
        Interlocked.Exchange(ref _changed, signal);
        return signal.Task;
    }

    public void Dispose() => _watchers.ForEach(w => w.Dispose());

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void OnChange(object sender, FileSystemEventArgs change) => _changed.TrySetResult();
}
