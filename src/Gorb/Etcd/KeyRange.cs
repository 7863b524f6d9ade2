using Google.Protobuf;

namespace Gorb.Etcd;

/// <summary>One key, or all that begin with a prefix.</summary>
internal readonly record struct KeyRange
{
    private KeyRange(string key, bool isPrefix) => (Key, IsPrefix) = (key, isPrefix);

    /// <summary>The key or the prefix.</summary>
    public string Key { get; }

    public bool IsPrefix { get; }

    internal ByteString Begin => ByteString.CopyFromUtf8(Key);

    internal ByteString End => IsPrefix ? AfterPrefix(Key) : ByteString.Empty;

    public static KeyRange Single(string key) => new(key, isPrefix: false);

    /// <summary>All keys below a prefix. It ends with a separator, for "web" is the beginning of "web2", too.</summary>
    /// <exception cref="ArgumentException">The prefix does not end with a slash.</exception>
    public static KeyRange Prefix(string prefix) =>
        prefix.EndsWith('/') ? new(prefix, isPrefix: true) : throw new ArgumentException($"the prefix '{prefix}' must end with a slash", nameof(prefix));

    /// <summary>The first key after all that begin with a prefix. A slash is not the last byte there is, so that the next byte is at its place.</summary>
    private static ByteString AfterPrefix(string prefix)
    {
        var end = System.Text.Encoding.UTF8.GetBytes(prefix);
        end[^1]++;
        return UnsafeByteOperations.UnsafeWrap(end);
    }
}
