using Gorb.Model.Merging;

namespace Gorb.Model;

/// <summary>Who makes a change, and whose part of the wanted table it changes.</summary>
/// <param name="Actor">The address of the client for a request, or the feature of the daemon: one of <see cref="Actors"/>.</param>
/// <param name="Source">The source whose wish it is: one of <see cref="SourceName"/>, or the name of another one. Null for a change that is nobody's wish, such as a verdict.</param>
internal readonly record struct ChangeOrigin(string Actor, string? Source = null);

/// <summary>The features of the daemon that make changes by themselves.</summary>
internal static class Actors
{
    /// <summary>The health checks.</summary>
    public const string Checks = "checks";

    /// <summary>The end of a drain.</summary>
    public const string Drain = "drain";

    /// <summary>The file that <c>--config</c> names.</summary>
    public const string File = "file";

    /// <summary>The writer itself, when it looks after the kernel and the store.</summary>
    public const string Writer = "writer";
}
