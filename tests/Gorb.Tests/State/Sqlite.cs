using Microsoft.Data.Sqlite;

namespace Gorb.Tests.State;

/// <summary>SQL on a file behind the store's back.</summary>
internal static class Sqlite
{
    public static void Run(string path, string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
