using System.Collections.Concurrent;
using System.Globalization;
using Gorb.Model;

namespace Gorb.Cluster;

/// <summary>The draining backends without a connection in this director's kernel, as they were found during the last seconds. Can be used on any thread.</summary>
/// <param name="time">The time.</param>
internal sealed class IdleDrains(TimeProvider time)
{
    /// <summary>The drainer looks every second.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<string, long> _found = new(StringComparer.Ordinal);

    /// <summary>The name of a drain: the backend, and the deadline, which tells it from a later drain.</summary>
    public static string Name(string service, Backend backend) => string.Create(CultureInfo.InvariantCulture, $"{service}/{backend.Name} {backend.Spec.Drain?.Until?.UtcTicks}");

    /// <summary>Notes a drain without a connection.</summary>
    public void Note(string drain) => _found[drain] = time.GetTimestamp();

    /// <summary>The drains that were noted lately.</summary>
    public IReadOnlyList<string> Names(long now)
    {
        foreach (var (drain, at) in _found)
        {
            if (time.GetElapsedTime(at, now) > Lifetime)
            {
                _found.TryRemove(new KeyValuePair<string, long>(drain, at));
            }
        }

        return [.. _found.Keys.Order(StringComparer.Ordinal).Take(DirectorDocument.MaxNames)];
    }
}
