using Gorb.Ipvs.Files;

namespace Gorb.Names;

/// <summary>
/// The parsed content of a small file, read again after the file has changed. Symbolic links are followed, since /etc/resolv.conf often is one. An unreadable file counts
/// as empty, as in glibc.
/// </summary>
internal sealed class WatchedFile<T>(string path, Func<string, T> parse) where T : class
{
    private readonly Lock _lock = new();
    private FileStatus? _status;
    private T? _value;

    public T Value
    {
        get
        {
            var status = ReadStatus();
            lock (_lock)
            {
                if (_value is null || status != _status)
                {
                    _value = parse(Read());
                    _status = status;
                }

                return _value;
            }
        }
    }

    /// <summary>The identity and times of the file. A tool that keeps length and modification time changes the inode or the time that only the kernel sets.</summary>
    private FileStatus? ReadStatus()
    {
        try
        {
            return FileStatus.Of(path);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private string Read()
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
