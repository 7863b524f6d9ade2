using System.Runtime.InteropServices;

namespace Gorb.Ipvs.Files;

/// <summary>
/// Controls the disk space of an open SQLite database, by the one function that the daemon's SQLite package does not offer. It is in this library because
/// the daemon has no unsafe code, and internal because other programs lack that package's native library.
/// </summary>
internal static unsafe partial class SqliteFile
{
    /// <summary>sqlite3.h: SQLITE_OK, SQLITE_FCNTL_SIZE_HINT, SQLITE_FCNTL_CHUNK_SIZE.</summary>
    private const int Ok = 0;
    private const int SizeHint = 5;
    private const int ChunkSize = 6;

    /// <summary>Sets the unit in which the main database's file grows and shrinks.</summary>
    /// <param name="database">An open sqlite3*.</param>
    /// <param name="bytes">The unit.</param>
    /// <returns>False when SQLite's file system layer does not know the request.</returns>
    public static bool TrySetChunk(SafeHandle database, int bytes) => Control(database, ChunkSize, &bytes);

    /// <summary>Lets the main database's file grow to a length, rounded up to whole chunks, with real space on the disk.</summary>
    /// <param name="database">An open sqlite3*.</param>
    /// <param name="bytes">The length.</param>
    /// <returns>False when there is not enough space, or when the file system cannot reserve.</returns>
    public static bool TryExtend(SafeHandle database, long bytes) => Control(database, SizeHint, &bytes);

    /// <summary>Sends a request to the main database's file (sqlite3_file_control).</summary>
    /// <returns>True when the request was known and succeeded.</returns>
    public static bool Control(SafeHandle database, int operation, void* argument)
    {
        var isHeld = false;
        try
        {
            database.DangerousAddRef(ref isHeld);
            return sqlite3_file_control(database.DangerousGetHandle(), null, operation, argument) == Ok; // a null name is the main database
        }
        finally
        {
            if (isHeld)
            {
                database.DangerousRelease();
            }
        }
    }

    [LibraryImport("libe_sqlite3")] // with the prefix, or it is first looked for without, in every folder of libraries
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial int sqlite3_file_control(nint database, byte* name, int operation, void* argument);
}
