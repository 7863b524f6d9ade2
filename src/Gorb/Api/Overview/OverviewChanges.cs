using System.Buffers;
using System.IO.Pipelines;

namespace Gorb.Api.Overview;

/// <summary>One change of the overview.</summary>
/// <param name="Name">The service's name.</param>
/// <param name="Service">The service; null if it was removed.</param>
/// <param name="Backend">The backend's name; null if the change is of the service itself.</param>
/// <param name="Row">The backend; null if it was removed.</param>
internal readonly record struct OverviewChange(string Name, ServiceRow? Service, string? Backend = null, BackendRow? Row = null);

/// <summary>Tells what has changed since a revision, and writes it.</summary>
internal static class OverviewChanges
{
    /// <summary>The size from which a patch is ended and another one begun, so that a follower takes little memory however much has changed.</summary>
    private const int PatchBytes = 64 * 1024;

    /// <summary>How much of an answer waits in memory.</summary>
    private const int FlushBytes = 32 * 1024;

    /// <param name="table">The overview.</param>
    /// <param name="since">The revision; <see cref="OverviewWriter.Nothing"/> for all there is.</param>
    public static IEnumerable<OverviewChange> Since(this OverviewTable table, long since)
    {
        var removals = table.RemovedSince(since);
        var present = removals.Count == 0 ? [] : table.Services.Select(static service => service.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in removals.Select(static service => service.Key).Where(name => since != OverviewWriter.Nothing && !present.Contains(name)))
        {
            yield return new OverviewChange(name, null);
        }

        foreach (var service in table.Services.Where(service => service.LatestAt > since))
        {
            foreach (var change in Since(service, since, removals[service.Name]))
            {
                yield return change;
            }
        }
    }

    private static IEnumerable<OverviewChange> Since(ServiceRow service, long since, IEnumerable<string?> removed)
    {
        yield return new OverviewChange(service.Name, service);
        var gone = since == OverviewWriter.Nothing ? [] : removed.OfType<string>().ToHashSet(StringComparer.Ordinal);
        gone.ExceptWith(gone.Count == 0 ? [] : service.Backends.Select(static backend => backend.Name));
        foreach (var backend in gone)
        {
            yield return new OverviewChange(service.Name, service, backend);
        }

        foreach (var backend in service.Backends.Where(backend => backend.LatestAt > since))
        {
            yield return new OverviewChange(service.Name, service, backend.Name, backend);
        }
    }

    /// <summary>The changes since a revision as JSON merge patches, of which the last has the revision. They are made while they are read.</summary>
    /// <param name="table">The overview.</param>
    /// <param name="since">The revision; <see cref="OverviewWriter.Nothing"/> for all there is.</param>
    /// <param name="revision">The revision of the overview as text.</param>
    public static IEnumerable<OverviewStep> StepsSince(this OverviewTable table, long since, string revision)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new OverviewWriter(buffer, since);
        writer.Begin();
        foreach (var change in table.Since(since))
        {
            writer.Write(change);
            if (writer.Written >= PatchBytes)
            {
                writer.End(null, null);
                yield return new OverviewStep(buffer.WrittenSpan.ToArray(), null);
                buffer.ResetWrittenCount();
                writer.Dispose();
                writer = new OverviewWriter(buffer, since);
                writer.Begin();
            }
        }

        writer.End(revision, table.KernelError);
        yield return new OverviewStep(buffer.WrittenSpan.ToArray(), revision);
        writer.Dispose();
    }

    /// <summary>Writes the overview while the client reads it.</summary>
    /// <param name="table">The overview.</param>
    /// <param name="includes">Which services the client may see.</param>
    /// <param name="revision">The revision of the overview as text.</param>
    /// <param name="output">The answer's body.</param>
    /// <param name="stop">Ends the writing.</param>
    public static async Task WriteAsync(this OverviewTable table, Func<ServiceRow, bool> includes, string revision, PipeWriter output, CancellationToken stop)
    {
        using var writer = new OverviewWriter(output, OverviewWriter.Nothing);
        writer.Begin();
        var flushed = 0L;
        foreach (var change in table.Since(OverviewWriter.Nothing).Where(change => includes(change.Service!)))
        {
            writer.Write(change);
            if (writer.Written - flushed >= FlushBytes)
            {
                flushed = writer.Written;
                writer.Flush();
                await output.FlushAsync(stop);
            }
        }

        writer.End(revision, table.KernelError);
        await output.FlushAsync(stop);
    }
}
