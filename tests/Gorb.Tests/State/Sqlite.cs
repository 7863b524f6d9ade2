using Microsoft.Data.Sqlite;

namespace Gorb.Tests.State;

/// <summary>Runs SQL on a state file without the store.</summary>
internal static class Sqlite
{
    public static void Run(string path, string sql) => Command(path, sql, command => command.ExecuteNonQuery());

    /// <summary>The single number that a query returns.</summary>
    public static long Read(string path, string sql) => Command(path, sql, command => (long)command.ExecuteScalar()!);

    private static T Command<T>(string path, string sql, Func<SqliteCommand, T> run)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return run(command);
    }
}
