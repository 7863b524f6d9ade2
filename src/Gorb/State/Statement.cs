using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using static SQLitePCL.raw;

namespace Gorb.State;

/// <summary>
/// One SQL statement, prepared once and run many times. It calls SQLite directly, because a document has ten thousand rows and a command object costs several times
/// as much as a row.
/// </summary>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    /// <exception cref="SqliteException">The statement is invalid, or the file cannot be used.</exception>
    public Statement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        Check(sqlite3_prepare_v2(_database, sql, out _statement));
    }

    /// <summary>Binds the n-th parameter, from 1. The value stays bound until the next call for the parameter.</summary>
    public Statement Bind(int parameter, string text)
    {
        Check(sqlite3_bind_text(_statement, parameter, text));
        return this;
    }

    /// <inheritdoc cref="Bind(int, string)"/>
    public Statement Bind(int parameter, ReadOnlySpan<byte> utf8)
    {
        Check(sqlite3_bind_text(_statement, parameter, utf8));
        return this;
    }

    /// <inheritdoc cref="Bind(int, string)"/>
    public Statement Bind(int parameter, long number)
    {
        Check(sqlite3_bind_int64(_statement, parameter, number));
        return this;
    }

    /// <exception cref="SqliteException">The statement failed.</exception>
    public void Run()
    {
        var result = sqlite3_step(_statement);
        sqlite3_reset(_statement); // reset returns the same error as the step
        Check(result == SQLITE_DONE ? SQLITE_OK : result);
    }

    /// <summary>Moves to the next row of a query. After the last row, the statement is reset and can run again.</summary>
    /// <returns>False after the last row.</returns>
    /// <exception cref="SqliteException">The query failed.</exception>
    public bool Next()
    {
        var result = sqlite3_step(_statement);
        if (result == SQLITE_ROW)
        {
            return true;
        }

        sqlite3_reset(_statement);
        Check(result == SQLITE_DONE ? SQLITE_OK : result);
        return false;
    }

    /// <summary>Returns the text in the n-th column of the row, from 0, valid until the next row.</summary>
    public ReadOnlySpan<byte> Utf8(int column) => sqlite3_column_blob(_statement, column);

    /// <summary>Returns the text in the n-th column of the row, from 0.</summary>
    public string Text(int column) => Encoding.UTF8.GetString(Utf8(column));

    /// <summary>Returns the number in the n-th column of the row, from 0.</summary>
    public long Number(int column) => sqlite3_column_int64(_statement, column);

    public void Dispose() => _statement.Dispose();

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}
