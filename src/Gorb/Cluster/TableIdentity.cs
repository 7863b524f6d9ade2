using System.Globalization;
using System.Text;
using Gorb.Etcd;

namespace Gorb.Cluster;

/// <summary>The identity of a cluster's table: a random number that its first director gives it.</summary>
internal static class TableIdentity
{
    public static string Create() => Guid.NewGuid().ToString("n");

    /// <summary>The value of <see cref="ClusterKeys.Identity"/>: the format of the documents, and the identity.</summary>
    public static byte[] Write(string identity) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{ServiceDocument.Format} {identity}"));

    /// <summary>Reads the key; null if it does not exist.</summary>
    /// <exception cref="ClusterFormatException">The table is of a newer version, or the key is damaged.</exception>
    public static string? Read(EtcdEntry? entry)
    {
        if (entry is null)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(entry.Value.Span).Split(' ');
        if (text.Length != 2 || !int.TryParse(text[0], NumberStyles.None, CultureInfo.InvariantCulture, out var format))
        {
            throw new ClusterFormatException($"the cluster's key {entry.Key} is damaged");
        }

        return format <= ServiceDocument.Format
            ? text[1]
            : throw new ClusterFormatException($"the cluster's table has format {format}, and this Gorb knows {ServiceDocument.Format}: update this director");
    }
}
