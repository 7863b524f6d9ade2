using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Gorb.Model;
using Microsoft.Data.Sqlite;

namespace Gorb.State;

/// <summary>The rows of tokens. A time of 0 stands for none; the items of a scope have spaces between them.</summary>
internal sealed class TokenRows(SqliteConnection connection) : IDisposable
{
    private readonly Statement _put = new(connection, "INSERT OR REPLACE INTO token (name, role, services, hash, created, expires, used, source, vips, ports) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
    private readonly Statement _remove = new(connection, "DELETE FROM token WHERE name = $1");

    /// <summary>Reads all rows.</summary>
    /// <exception cref="FormatException">A row is invalid.</exception>
    public static ImmutableSortedDictionary<string, Token> Read(SqliteConnection connection)
    {
        var tokens = Token.None.ToBuilder();
        using var row = new Statement(connection, "SELECT name, role, services, hash, created, expires, used, source, vips, ports FROM token");
        while (row.Next())
        {
            var name = row.Text(0);
            tokens.Add(name, new Token(
                name,
                RoleNames.Parse(row.Text(1)) ?? throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"'{row.Text(1)}' is no role")),
                new ServiceScope([.. Items(row.Text(2))])
                {
                    Source = row.Text(7) is { Length: > 0 } source ? source : null,
                    Vips = [.. Items(row.Text(8)).Select(IPNetwork.Parse)],
                    Ports = [.. Items(row.Text(9)).Select(static text => PortRange.TryParse(text, out var range) ? range : throw new FormatException($"'{text}' is no range of ports"))],
                },
                row.Text(3),
                Time(row.Number(4)) ?? default,
                Time(row.Number(5)),
                Time(row.Number(6))));
        }

        return tokens.ToImmutable();
    }

    /// <summary>Writes the rows that differ.</summary>
    public void Write(TokenChange change)
    {
        foreach (var name in change.Before.Keys.Except(change.After.Keys))
        {
            _remove.Bind(1, name).Run();
        }

        foreach (var token in change.After.Values.Where(token => change.Before.GetValueOrDefault(token.Name) != token))
        {
            _put.Bind(1, token.Name).Bind(2, RoleNames.Of(token.Role)).Bind(3, string.Join(' ', token.Scope.Patterns)).Bind(4, token.Hash)
                .Bind(5, token.Created.UtcTicks).Bind(6, token.Expires?.UtcTicks ?? 0).Bind(7, token.LastUsed?.UtcTicks ?? 0)
                .Bind(8, token.Scope.Source ?? "").Bind(9, string.Join(' ', token.Scope.Vips)).Bind(10, string.Join(' ', token.Scope.Ports)).Run();
        }
    }

    public void Dispose()
    {
        _put.Dispose();
        _remove.Dispose();
    }

    private static string[] Items(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static DateTimeOffset? Time(long ticks) => ticks == 0 ? null : new DateTimeOffset(ticks, TimeSpan.Zero);
}
