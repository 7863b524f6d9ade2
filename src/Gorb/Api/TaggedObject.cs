using Gorb.Documents;
using Gorb.Model;

namespace Gorb.Api;

/// <summary>An object whose answers have an ETag.</summary>
/// <param name="What">The object, in words.</param>
/// <param name="Path">Where it is read.</param>
/// <param name="TagIn">Its tag in a table; null if it does not exist there.</param>
/// <param name="IsSame">Whether its settings are the same in two tables; false if that is not sure. The writer asks this.</param>
internal sealed record TaggedObject(string What, string Path, Func<Table, string?> TagIn, Func<Table, Table, bool> IsSame)
{
    public static TaggedObject Service(string name) => new($"service '{name}'", $"/service/{name}", table => table.Find(name) is { } service ? EntityTags.Of(service) : null, (one, other) => IsSameService(name, one, other));

    public static TaggedObject Backend(string service, string name) => new(
        $"backend '{service}/{name}'", $"/service/{service}/{name}", table => table.Find(service)?.Backends.Find(name) is { } backend ? EntityTags.Of(backend) : null,
        (one, other) => IsSameBackend(one.Find(service)?.Backends.Find(name), other.Find(service)?.Backends.Find(name)));

    /// <summary>The table, as far as a client sees it.</summary>
    /// <param name="scope">What the client sees.</param>
    /// <param name="source">The source whose part it is; null for the whole table.</param>
    public static TaggedObject Config(ServiceScope scope, string? source) => source is null
        ? new("the table", "/config", table => EntityTags.Of(table.Within(scope)), IsSameTable)
        : new($"what {source} declares", $"/config?source={source}", table => EntityTags.OfPart(table.Within(scope), source), IsSameTable);

    private static bool IsSameService(string name, Table one, Table other) => !new ServiceChange(name, one.Find(name), other.Find(name)).ChangesWishes;

    private static bool IsSameBackend(Backend? one, Backend? other) => one is null ? other is null : other is not null && one.IsSavedAs(other);

    private static bool IsSameTable(Table one, Table other) => ReferenceEquals(one.Declarations, other.Declarations) && one.Services.Count == other.Services.Count
        && one.Services.Values.All(service => ReferenceEquals(service, other.Find(service.Name)) || IsSameService(service.Name, one, other));
}
