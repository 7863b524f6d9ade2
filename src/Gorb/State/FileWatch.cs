using Gorb.Ipvs.Files;

namespace Gorb.State;

/// <summary>What became of a state file since the store last wrote to it.</summary>
internal enum FileFate
{
    /// <summary>It is as the store left it.</summary>
    Intact,

    /// <summary>There is no file at its path any more.</summary>
    Gone,

    /// <summary>Another file stands at its path.</summary>
    Replaced,

    /// <summary>It, or its log, was changed, truncated or removed by something else.</summary>
    Changed,
}

/// <summary>
/// Tells whether the file that is open is still the one that the next start will open. SQLite would go on writing into a file that was deleted, and the kernel would
/// let it; nothing but the file's identity, length and time shows that.
/// </summary>
internal sealed class FileWatch(string path)
{
    private volatile Seen? _seen;

    /// <summary>True when the file is as it was left. Any thread may ask; in the middle of a commit the answer may be no.</summary>
    public bool IsIntact
    {
        get
        {
            try
            {
                return Fate() == FileFate.Intact;
            }
            catch (IOException)
            {
                return false; // the folder is out of reach; the next commit says why
            }
        }
    }

    /// <summary>The store has written, and the file is as it should be.</summary>
    public void Remember() => _seen = Look();

    /// <summary>The file is the store's own, but not as it should be: what was being written there was not finished.</summary>
    public void RememberBroken() => _seen = Look() with { IsBroken = true };

    /// <summary>The store has written. Where the files are not those that it wrote to, nothing is remembered: <see cref="Fate"/> then says so.</summary>
    public void RememberWrite()
    {
        var (now, seen) = (Look(), _seen);
        if (IsSame(now.File, seen?.File) && (seen!.Log is null || IsSame(now.Log, seen.Log)))
        {
            _seen = now;
        }
    }

    /// <exception cref="IOException">It cannot be seen.</exception>
    public FileFate Fate()
    {
        var (now, seen) = (Look(), _seen);
        return now.File is null ? FileFate.Gone
            : !IsSame(now.File, seen?.File) ? FileFate.Replaced
            : seen == now ? FileFate.Intact
            : FileFate.Changed;
    }

    private Seen Look() => new(Mark.Of(path), Mark.Of(path + "-wal"));

    private static bool IsSame(Mark? one, Mark? other) => one is { } first && other is { } second && first.Device == second.Device && first.Inode == second.Inode;

    private sealed record Seen(Mark? File, Mark? Log)
    {
        public bool IsBroken { get; init; }
    }

    /// <summary>Which file, and which content. Not the time of its last change: new permissions, or another hard link, are none of the content.</summary>
    private readonly record struct Mark(ulong Device, ulong Inode, long Length, long Written)
    {
        public static Mark? Of(string path) => FileStatus.OfLink(path) is { } status ? new Mark(status.Device, status.Inode, status.Length, status.Written) : null;
    }
}
