using System.Collections.Immutable;
using Gorb.Model;
using Gorb.Model.Merging;
using Microsoft.Data.Sqlite;

namespace Gorb.State;

/// <summary>The rows of declarations: what sources declared beyond the wanted table.</summary>
internal sealed class DeclarationRows(SqliteConnection connection) : IDisposable
{
    private readonly JsonText _text = new();
    private readonly Statement _putSource = new(connection, "INSERT OR REPLACE INTO source (name, declared, inherited) VALUES ($1, $2, $3)");
    private readonly Statement _removeSource = new(connection, "DELETE FROM source WHERE name = $1");
    private readonly Statement _putClaim = new(connection, "INSERT OR REPLACE INTO claim (service, source, arrival, spec, backends) VALUES ($1, $2, $3, $4, $5)");
    private readonly Statement _removeClaims = new(connection, "DELETE FROM claim WHERE service = $1");

    /// <summary>Reads all rows.</summary>
    /// <exception cref="System.Text.Json.JsonException">A row is invalid.</exception>
    public static Declarations Read(SqliteConnection connection)
    {
        var claims = new List<Claim>();
        using var row = new Statement(connection, "SELECT service, source, arrival, spec, backends FROM claim");
        while (row.Next())
        {
            var service = row.Text(0);
            claims.Add(new Claim(
                SourceName.Intern(row.Text(1)), service, Time(row.Number(2)), row.Utf8(3).IsEmpty ? null : ServiceCodec.Read(service, row.Utf8(3)).Spec, Backends.Of(BackendCodec.ReadList(row.Utf8(4)))));
        }

        var sources = ImmutableSortedDictionary.CreateBuilder<string, SourceState>(StringComparer.Ordinal);
        using var source = new Statement(connection, "SELECT name, declared, inherited FROM source");
        while (source.Next())
        {
            sources.Add(SourceName.Intern(source.Text(0)), new SourceState(Time(source.Number(1)), source.Utf8(2).IsEmpty ? null : SourceName.Intern(source.Text(2))));
        }

        return new Declarations(
            claims.GroupBy(claim => claim.Service).ToImmutableSortedDictionary(group => group.Key, group => group.OrderBy(claim => claim.Arrival).ToImmutableArray(), StringComparer.Ordinal),
            sources.ToImmutable());
    }

    /// <summary>Writes the rows that differ.</summary>
    public void Write(DeclarationChange change)
    {
        var (before, after) = (change.Before, change.After);
        foreach (var name in before.Sources.Keys.Union(after.Sources.Keys).Where(name => before.Sources.GetValueOrDefault(name) != after.Sources.GetValueOrDefault(name)))
        {
            WriteSource(name, after.Sources.GetValueOrDefault(name));
        }

        foreach (var service in before.Claims.Keys.Union(after.Claims.Keys).Where(service => before.On(service) != after.On(service)))
        {
            WriteClaims(service, after.On(service));
        }
    }

    public void Dispose()
    {
        _text.Dispose();
        foreach (var statement in (Statement[])[_putSource, _removeSource, _putClaim, _removeClaims])
        {
            statement.Dispose();
        }
    }

    private void WriteSource(string name, SourceState? state)
    {
        if (state is null)
        {
            _removeSource.Bind(1, name).Run();
        }
        else
        {
            _putSource.Bind(1, name).Bind(2, state.DeclaredAt.UtcTicks).Bind(3, state.Inherited ?? "").Run();
        }
    }

    private void WriteClaims(string service, ImmutableArray<Claim> claims)
    {
        _removeClaims.Bind(1, service).Run();
        foreach (var claim in claims)
        {
            _putClaim.Bind(1, service).Bind(2, claim.Source).Bind(3, claim.Arrival.UtcTicks);
            if (claim.Spec is { } spec)
            {
                ServiceCodec.Write(_text.Begin(), Service.Create(service, spec));
                _putClaim.Bind(4, _text.End());
            }
            else
            {
                _putClaim.Bind(4, "");
            }

            BackendCodec.WriteList(_text.Begin(), Service.Create(service, claim.Spec ?? new ServiceSpec { Key = default }) with { Backends = claim.Backends });
            _putClaim.Bind(5, _text.End()).Run();
        }
    }

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);
}
