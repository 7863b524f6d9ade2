namespace Gorb.Model.Merging;

/// <summary>Gives what one source declares to another.</summary>
internal static class SourceRename
{
    /// <summary>Renames a source in a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="from">The name of the source.</param>
    /// <param name="to">The new name.</param>
    /// <returns>The same table if it has nothing of the source, or has a source of the new name already.</returns>
    public static Table RenameSource(this Table table, string from, string to)
    {
        var declarations = table.Declarations;
        if (!declarations.Sources.TryGetValue(from, out var state) || declarations.Sources.ContainsKey(to))
        {
            return table;
        }

        var renamed = new Table.Builder(table);
        foreach (var service in table.Services.Values.Where(service => service.Source == from || service.Backends.Values.Any(backend => backend.Source == from)))
        {
            renamed.Remove(service.Name);
            renamed.TryAdd(service with { Source = Name(service.Source), Backends = Rename(service.Backends) }, out _);
        }

        foreach (var (service, claims) in declarations.Claims)
        {
            renamed.SetClaims(service, [.. claims.Select(claim => claim.Source == from ? claim with { Source = to, Backends = Rename(claim.Backends) } : claim)]);
        }

        renamed.SetSource(to, state);
        renamed.SetSource(from, null);
        return renamed.ToTable();

        string Name(string source) => source == from ? to : source;
        Backends Rename(Backends backends) => Backends.Of([.. backends.Values.Select(backend => backend with { Source = Name(backend.Source) })]);
    }
}
