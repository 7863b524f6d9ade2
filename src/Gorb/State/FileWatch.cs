using Gorb.Ipvs.Files;

namespace Gorb.State;

/// <summary>The fate of a state file since the store last wrote to it.</summary>
internal enum FileFate
{
    /// <summary>The file is as the store left it.</summary>
    Intact,

    /// <summary>The path has no file.</summary>
    Gone,

    /// <summary>The path has another file.</summary>
    Replaced,

    /// <summary>Another program changed, truncated or removed the file or its log.</summary>
    Changed,
}

/// <summary>
/// Detects whether the open file is still the one that the next start will open. SQLite and the kernel allow writes to a deleted file, so only the file's identity,
/// length and time show that it was deleted or replaced.
/// </summary>
internal sealed class FileWatch(string path)
{
    private volatile Seen? _seen;

    /// <summary>True when the file is as the store left it. Can be read on any thread; during a commit the result may be false.</summary>
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
                return false; // the folder cannot be reached; the next commit reports why
            }
        }
    }

    /// <summary>Records the file's state after a complete write.</summary>
    public void Remember() => _seen = Look();

    /// <summary>Records that the file is the store's own but incomplete, so that its fate is <see cref="FileFate.Changed"/> until it is completely written.</summary>
    public void RememberBroken() => _seen = Look() with { IsBroken = true };

    /// <summary>
    /// Records the file's state after a write. If the file or its log was replaced, nothing is recorded, so that <see cref="Fate"/> reports the replacement.
    /// </summary>
    /// <returns>The fate of the file, as it was after the write.</returns>
    public FileFate RememberWrite()
    {
        var (now, seen) = (Look(), _seen);
        if (!IsSame(now.File, seen?.File) || (seen!.Log is not null && !IsSame(now.Log, seen.Log)))
        {
            return Compare(now, seen);
        }

        _seen = now;
        return FileFate.Intact;
    }

    /// <exception cref="IOException">The file's status cannot be read.</exception>
    public FileFate Fate() => Compare(Look(), _seen);

    private static FileFate Compare(Seen now, Seen? seen) =>
        now.File is null ? FileFate.Gone
            : !IsSame(now.File, seen?.File) ? FileFate.Replaced
            : seen == now ? FileFate.Intact
            : FileFate.Changed;

    private Seen Look() => new(Mark.Of(path), Mark.Of(path + "-wal"));

    private static bool IsSame(Mark? one, Mark? other) => one is { } first && other is { } second && first.Device == second.Device && first.Inode == second.Inode;

    private sealed record Seen(Mark? File, Mark? Log)
    {
        public bool IsBroken { get; init; }
    }

    /// <summary>
    /// The identity and the content's state of a file. The time of its last status change is left out, because new permissions and hard links do not change the
    /// content.
    /// </summary>
    private readonly record struct Mark(ulong Device, ulong Inode, long Length, long Written)
    {
        public static Mark? Of(string path) => FileStatus.OfLink(path) is { } status ? new Mark(status.Device, status.Inode, status.Length, status.Written) : null;
    }
}
