using Gorb.Model;
using Gorb.Model.Merging;

namespace Gorb.State;

/// <summary>Reads the owner notes of older versions, by which Docker links recognized their objects before sources existed.</summary>
internal static class FormerOwner
{
    /// <summary>The source of a service whose Docker host is not known yet. It is not a valid name of a source.</summary>
    private const string SomeLink = "?";

    private const string Link = "docker-link";

    /// <summary>Returns the source of a backend with the note "docker-link HOST", or "docker-link HOST: why it drains".</summary>
    /// <returns>Null for any other note.</returns>
    public static string? SourceOfBackend(string owner) =>
        owner.StartsWith($"{Link} ", StringComparison.Ordinal) ? SourceName.OfDocker(owner[(Link.Length + 1)..].Split(':')[0]) : null;

    /// <summary>Returns the source of a service. The note is the same for all links.</summary>
    /// <returns>Null for any other note.</returns>
    public static string? SourceOfService(string owner) => owner == Link ? SomeLink : null;

    /// <summary>True for a service of a link whose Docker host is not known yet.</summary>
    public static bool IsOpen(Service service) => service.Source == SomeLink;

    /// <summary>Assigns a service to the link of its first backend. A service without backends of a link belongs to the only link, else to the API.</summary>
    public static Service Settle(Service service, IReadOnlyCollection<string> links) => service with
    {
        Source = service.Backends.Values.Select(static backend => backend.Source).FirstOrDefault(links.Contains) ?? (links.Count == 1 ? links.Single() : SourceName.Api),
    };
}
