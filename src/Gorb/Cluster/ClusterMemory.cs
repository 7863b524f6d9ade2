using Gorb.Model;

namespace Gorb.Cluster;

/// <summary>
/// Remembers across restarts which cluster's table the state file holds, in a file beside it. It tells the cache of a cluster's table from a table of the director's own, and a table that
/// was emptied from an etcd that was set up anew.
/// </summary>
/// <param name="state">The state file; null without one, when nothing outlives the daemon.</param>
/// <param name="cluster">The name of the cluster.</param>
/// <param name="time">The time.</param>
internal sealed class ClusterMemory(string? state, string cluster, TimeProvider time)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string? _file = state is null ? null : state + ".cluster";
    private string? _identity;

    /// <summary>What the state file is called in messages.</summary>
    public string StateFile => state ?? "none";

    /// <summary>Reads what is remembered.</summary>
    /// <returns>The identity of the cluster's table that the state file holds; null when it holds another one.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be read.</exception>
    public string? Read()
    {
        if (_identity is null && _file is not null && File.Exists(_file) && File.ReadAllText(_file).Trim().Split(' ') is [var name, var identity] && name == cluster)
        {
            _identity = identity;
        }

        return _identity;
    }

    /// <summary>Remembers that the state file holds the cluster's table from now on.</summary>
    /// <exception cref="IOException">It cannot be saved.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be saved.</exception>
    public void Write(string identity)
    {
        if (_file is not null)
        {
            Save(_file, $"{cluster} {identity}\n");
        }

        _identity = identity;
    }

    /// <summary>Saves a table that is about to be replaced by the cluster's.</summary>
    /// <returns>The file; null without a state file.</returns>
    /// <exception cref="IOException">It cannot be saved.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be saved.</exception>
    public string? SaveFormer(Table table)
    {
        if (state is null)
        {
            return null;
        }

        var file = FormattableString.Invariant($"{state}.before-{cluster}-{time.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}.json");
        Save(file, Documents.ConfigWriter.Write(table, secrets: true).ToJsonString());
        return file;
    }

    /// <summary>Writes a file that is there as a whole or not at all.</summary>
    private static void Save(string path, string text)
    {
        var part = path + ".new";
        File.Delete(part);
        using (var file = new StreamWriter(part, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Private }))
        {
            file.Write(text);
            file.Flush();
            ((FileStream)file.BaseStream).Flush(flushToDisk: true);
        }

        File.Move(part, path, overwrite: true);
    }
}
