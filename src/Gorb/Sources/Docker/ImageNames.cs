namespace Gorb.Sources.Docker;

/// <summary>
/// Restores the image names at container start, after which services are named. The engine lists the name only as long as it refers to the same image.
/// After a pull, a build or a removal of the name, the engine lists the image id instead.
/// </summary>
internal sealed class ImageNames(IEngine engine)
{
    private const string Id = "sha256:";

    private Dictionary<string, string> _known = new(StringComparer.Ordinal);

    /// <returns>The listed containers with their image names. A container that has ended since and whose name is unknown is left out.</returns>
    /// <exception cref="EngineException">The engine cannot be reached.</exception>
    public async Task<IReadOnlyList<Container>> RestoreAsync(IReadOnlyList<Container> listed, CancellationToken stop)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        var restored = new List<Container>(listed.Count);
        foreach (var container in listed)
        {
            if (!container.Image.StartsWith(Id, StringComparison.Ordinal))
            {
                restored.Add(container);
            }
            else if (await FindAsync(container.Id, stop) is { } name)
            {
                known[container.Id] = name;
                restored.Add(container with { Image = name });
            }
        }

        _known = known; // forgets containers that have ended
        return restored;
    }

    private async Task<string?> FindAsync(string id, CancellationToken stop) =>
        _known.TryGetValue(id, out var name) ? name : (await engine.InspectAsync(id, stop))?.Image;
}
