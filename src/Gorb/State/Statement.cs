using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using static SQLitePCL.raw;

namespace Gorb.State;

/// <summary>
/// One SQL statement, prepared once and run many times. It speaks to SQLite directly: a document has ten thousand rows, and a command object
/// costs several times what the row does.
/// </summary>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    /// <exception cref="SqliteException">It is not SQL, or the file cannot be used.</exception>
    public Statement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        Check(sqlite3_prepare_v2(_database, sql, out _statement));
    }

    /// <summary>Binds the n-th parameter, from 1; it stays bound until it is bound again.</summary>
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

    /// <exception cref="SqliteException">It failed.</exception>
    public void Run()
    {
        var result = sqlite3_step(_statement);
        sqlite3_reset(_statement); // its result is that of the step again
        Check(result == SQLITE_DONE ? SQLITE_OK : result);
    }

    /// <summary>Goes to the next row of a query; at the end, the statement is ready to run again.</summary>
    /// <returns>False when there is none.</returns>
    /// <exception cref="SqliteException">It failed.</exception>
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

    /// <summary>The text in the n-th column of the row, from 0, valid until the next row.</summary>
    public ReadOnlySpan<byte> Utf8(int column) => sqlite3_column_blob(_statement, column);

    /// <summary>The text in the n-th column of the row, from 0.</summary>
    public string Text(int column) => Encoding.UTF8.GetString(Utf8(column));

    /// <summary>The number in the n-th column of the row, from 0.</summary>
    public long Number(int column) => sqlite3_column_int64(_statement, column);

    public void Dispose() => _statement.Dispose();

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}
