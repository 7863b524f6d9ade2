using Gorb.Model;
using Gorb.Model.Merging;

namespace Gorb.State;

/// <summary>Reads the notes of who made an object, by which Docker links recognized their own before there were sources.</summary>
internal static class FormerOwner
{
    /// <summary>Stands for the source of a link whose host the service itself does not name; no source may be called so.</summary>
    private const string SomeLink = "?";

    private const string Link = "docker-link";

    /// <summary>The source of a backend: "docker-link HOST", or "docker-link HOST: why it drains".</summary>
    /// <returns>Null for any other note.</returns>
    public static string? SourceOfBackend(string owner) =>
        owner.StartsWith($"{Link} ", StringComparison.Ordinal) ? SourceName.OfDocker(owner[(Link.Length + 1)..].Split(':')[0]) : null;

    /// <summary>The source of a service, whose note is the same for all links.</summary>
    /// <returns>Null for any other note.</returns>
    public static string? SourceOfService(string owner) => owner == Link ? SomeLink : null;

    /// <summary>True for a service of a link whose host is not known yet.</summary>
    public static bool IsOpen(Service service) => service.Source == SomeLink;

    /// <summary>Gives a service of some link to the link of its first backend; one without backends to the only link there is, else to the API.</summary>
    public static Service Settle(Service service, IReadOnlyCollection<string> links) => service with
    {
        Source = service.Backends.Values.Select(static backend => backend.Source).FirstOrDefault(links.Contains) ?? (links.Count == 1 ? links.Single() : SourceName.Api),
    };
}
