namespace Gorb.Sources.Docker;

/// <summary>
/// What containers' images were called when the containers were started, after which services are named. The engine's list says so only as long as that name
/// means the same image: after a pull, a build or a removal of the name, it has the image's id there.
/// </summary>
internal sealed class ImageNames(IEngine engine)
{
    private const string Id = "sha256:";

    private Dictionary<string, string> _known = new(StringComparer.Ordinal);

    /// <returns>The containers of a list, each with its image's name; without those that have ended since.</returns>
    /// <exception cref="EngineException">The engine cannot be asked.</exception>
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

        _known = known; // the others have ended
        return restored;
    }

    private async Task<string?> FindAsync(string id, CancellationToken stop) =>
        _known.TryGetValue(id, out var name) ? name : (await engine.InspectAsync(id, stop))?.Image;
}
