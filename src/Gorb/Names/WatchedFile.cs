namespace Gorb.Names;

/// <summary>The parsed content of a small file, read again after the file has changed. An unreadable file counts as empty, as in glibc.</summary>
internal sealed class WatchedFile<T>(string path, Func<string, T> parse) where T : class
{
    private readonly Lock _lock = new();
    private (DateTime Written, long Length) _stamp;
    private T? _value;

    public T Value
    {
        get
        {
            var file = new FileInfo(path);
            file = Target(file);
            var stamp = file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
            lock (_lock)
            {
                if (_value is null || stamp != _stamp)
                {
                    _value = parse(Read());
                    _stamp = stamp;
                }

                return _value;
            }
        }
    }

    /// <summary>Follows symbolic links, since /etc/resolv.conf often is one.</summary>
    private static FileInfo Target(FileInfo file)
    {
        try
        {
            return file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
        }
        catch (IOException)
        {
            return file; // the file does not exist
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
