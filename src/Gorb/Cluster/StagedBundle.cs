using System.Buffers.Binary;
using System.Text;

namespace Gorb.Cluster;

/// <summary>
/// Several documents of a large change as one value: for each its key and its value, both after their lengths. A key of its own for each would cost the members of etcd and all directors more
/// than the documents do.
/// </summary>
internal static class StagedBundle
{
    public static byte[] Write(IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> documents)
    {
        using var bundle = new MemoryStream();
        foreach (var (key, value) in documents)
        {
            Write(bundle, Encoding.UTF8.GetBytes(key));
            Write(bundle, value.Span);
        }

        return bundle.ToArray();
    }

    /// <exception cref="ClusterFormatException">It is damaged.</exception>
    public static List<KeyValuePair<string, ReadOnlyMemory<byte>>> Read(ReadOnlyMemory<byte> bundle)
    {
        var documents = new List<KeyValuePair<string, ReadOnlyMemory<byte>>>();
        try
        {
            while (!bundle.IsEmpty)
            {
                var key = Encoding.UTF8.GetString(Next(ref bundle).Span);
                documents.Add(KeyValuePair.Create(key, Next(ref bundle)));
            }
        }
        catch (ArgumentOutOfRangeException error)
        {
            throw new ClusterFormatException("the documents of a large change are damaged: something else than Gorb wrote them", error);
        }

        return documents;
    }

    private static void Write(MemoryStream bundle, ReadOnlySpan<byte> value)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, value.Length);
        bundle.Write(length);
        bundle.Write(value);
    }

    private static ReadOnlyMemory<byte> Next(ref ReadOnlyMemory<byte> bundle)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(bundle.Span);
        var value = bundle.Slice(sizeof(int), length);
        bundle = bundle[(sizeof(int) + length)..];
        return value;
    }
}
